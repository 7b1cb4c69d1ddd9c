import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { AppServer } from '../../../src/appServer/appServer';
import { describeExit } from '../../../src/appServer/appServerProcess';
import type { ServerRequest } from '../../../src/appServer/methods';
import { AppServerRequestError, isActiveWriter, isUnknownMethod } from '../../../src/appServer/requestError';
import { UserError } from '../../../src/base/userError';
import { fakeOptions, isAlive, recordingLog, withFake } from './startFake';

const anyThread = { threadId: 't1' };

describe('AppServer, in conversation', () => {
  it('shakes hands, and knows the version and the process id of codex', () =>
    withFake('echoesParams', async (server) => {
      assert.equal(server.version, '0.169.0');
      assert.ok(isAlive(server.pid));
      assert.deepEqual(await server.request('thread/read', anyThread), anyThread);
    }));

  it('sends params even when there are none to speak of', () =>
    withFake('echoesParams', async (server) => {
      assert.deepEqual(await server.request('model/list', {}), {});
    }));

  it('gives the child the folder, the arguments and the environment, without what is its host’s alone', () =>
    withFake(
      'tellsEnvironment',
      async (server) => {
        const told: unknown = await server.request('model/list', {});
        assert.deepEqual(told, {
          // By the last one everything below the child is known as its own.
          env: { KEPT: 'yes', PATH: '/bin', CODEX_COLLAB_VSCODE_SERVER: server.marker },
          args: ['tellsEnvironment', 'app-server', '-c', 'a=1'],
          cwd: tmpdir(),
        });
      },
      {
        extraArgs: ['-c', 'a=1'],
        env: {
          KEPT: 'yes',
          PATH: '/bin',
          ELECTRON_RUN_AS_NODE: '1',
          VSCODE_PID: '7',
          CODEX_COLLAB_RUN_ID: 'r',
          NODE_OPTIONS: '--no-warnings',
        },
      },
    ));

  it('delivers notifications in order around an answer, and ignores those that it does not know', () =>
    withFake('notifiesAroundAnswer', async (server) => {
      const seen: string[] = [];
      const last = new Promise<void>((resolve) => {
        server.onNotification((notification) => {
          if (notification.method === 'warning') seen.push(notification.params.message);
          else seen.push(notification.method);
          if (seen.at(-1) === 'after') resolve();
        });
      });
      await server.request('thread/read', anyThread);
      seen.push('answer');
      await last;
      assert.deepEqual(seen, ['before', 'answer', 'after']);
    }));

  it('loses no notification that comes right behind the handshake', () =>
    withFake('notifiesBehindHandshake', async (server) => {
      const heard: string[] = [];
      server.onNotification((notification) => heard.push(notification.method));
      await server.request('model/list', {});
      assert.deepEqual(heard, ['configWarning']);
    }));

  it('answers requests of the server, also that with id 0, and refuses those it does not know', () =>
    withFake('asksBack', async (server) => {
      const asked: ServerRequest[] = [];
      server.setRequestHandler((request) => {
        asked.push(request);
        return Promise.resolve({ decision: 'accept' });
      });
      const told: unknown = await server.request('thread/read', anyThread);
      assert.deepEqual(asked, [
        { id: 0, method: 'item/commandExecution/requestApproval', params: { itemId: 'call_1' } },
      ]);
      assert.deepEqual(told, {
        answers: [
          { jsonrpc: '2.0', id: 0, result: { decision: 'accept' } },
          { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'item/tool/call is not supported' } },
        ],
      });
    }));

  it('refuses a request of the server while nobody answers, and when its handler fails', () =>
    withFake('asksBack', async (server) => {
      const told: unknown = await server.request('thread/read', anyThread);
      assert.match(JSON.stringify(told), /"id":0,"error":\{"code":-32601/);
    }).then(() =>
      withFake('asksBack', async (server) => {
        server.setRequestHandler(() => Promise.reject(new Error('the view is gone')));
        const told: unknown = await server.request('thread/read', anyThread);
        assert.match(JSON.stringify(told), /"id":0,"error":\{"code":-32603/);
      }),
    ));

  it('skips lines that are no messages', async () => {
    const { log, lines } = recordingLog();
    const withLog = { log };
    await withFake(
      'writesRubbish',
      async (server) => {
        assert.deepEqual(await server.request('thread/read', anyThread), { fine: true });
        assert.deepEqual(await server.request('thread/read', anyThread), { fine: true });
      },
      withLog,
    );
    assert.ok(lines.some((line) => line.includes('no message: not json')));
    assert.ok(lines.every((line) => line.length < 300));
  });

  it('puts characters together that arrive byte by byte', () =>
    withFake('cutsCharacters', async (server) => {
      assert.deepEqual(await server.request('thread/read', anyThread), { text: 'Grüße 🚀 ✓\u2028 end' });
    }));

  it('reads a line of 5 MB', () =>
    withFake('writesLongLine', async (server) => {
      const { text } = (await server.request('thread/read', anyThread)) as unknown as { text: string };
      assert.equal(text, 'ü'.repeat(2_500_000));
    }));

  it('turns an error answer into an AppServerRequestError that can be told apart', () =>
    withFake('hasActiveWriter', async (server) => {
      await assert.rejects(server.request('thread/archive', anyThread), (error) => {
        assert.ok(error instanceof AppServerRequestError);
        assert.equal(error.method, 'thread/archive');
        assert.equal(error.code, -32600);
        assert.ok(isActiveWriter(error));
        return !isUnknownMethod(error);
      });
    }));

  it('says that codex is too old when it cannot start threads, and leaves other unknown methods to the caller', () =>
    withFake('isTooOld', async (server) => {
      await assert.rejects(server.request('thread/delete', anyThread), isUnknownMethod);
      await assert.rejects(server.request('thread/start', {}), (error) => {
        assert.ok(error instanceof UserError);
        assert.equal(error.message, 'This codex (0.169.0) is too old. Update it.');
        assert.deepEqual(error.remedies, [{ kind: 'installCodex' }]);
        return true;
      });
    }));

  it('tries again when the server is overloaded, three times in all', async () => {
    await withFake('isOverloadedTwice', async (server) => {
      assert.deepEqual(await server.request('thread/read', anyThread), { count: 3 });
    });
    await withFake('isAlwaysOverloaded', async (server) => {
      await assert.rejects(server.request('thread/read', anyThread), { code: -32001 });
    });
  });

  it('gives up on an answer after the timeout', () =>
    withFake('answersNothing', async (server) => {
      await assert.rejects(server.request('thread/read', anyThread, { timeoutMs: 20 }), {
        name: 'UserError',
        message: 'Codex did not answer thread/read within 0.02 s.',
      });
    }));
});

describe('AppServer, at its end', () => {
  it('rejects what is pending at once when codex dies, after delivering its last words', () =>
    withFake('diesOnRequest', async (server) => {
      const heard: string[] = [];
      server.onNotification((notification) => heard.push(notification.method));
      const pending = [server.request('thread/read', anyThread), server.request('thread/list', {})];
      const outcomes = await Promise.allSettled(pending);
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : 'answered')),
        [
          'UserError: No answer to thread/read: codex exited (code 3): stderr line 30.',
          'UserError: No answer to thread/list: codex exited (code 3): stderr line 30.',
        ],
      );
      assert.equal(heard.length, 20_000);
      const exit = await server.exited;
      assert.equal(describeExit(exit), 'codex exited (code 3): stderr line 30');
      assert.equal(exit.kind === 'exited' && exit.stderrTail.length, 20);
      await assert.rejects(server.request('thread/read', anyThread), /codex exited \(code 3\)/);
      assert.equal(await server.stop(), exit);
    }));

  it('says which signal killed codex', () =>
    withFake('answersNothing', async (server) => {
      process.kill(server.pid, 'SIGKILL');
      assert.equal(describeExit(await server.exited), 'codex was killed (SIGKILL)');
    }));

  it('ends codex by closing its stdin, without waiting longer than that takes', async () => {
    const stopGrace = { stdinMs: 60_000, termMs: 60_000 };
    const server = await AppServer.start(fakeOptions('answersNothing', { stopGrace }));
    assert.deepEqual(await server.stop(), { kind: 'stopped' });
    assert.ok(!isAlive(server.pid));
    assert.deepEqual(await server.stop(), { kind: 'stopped' });
  });

  it('kills a codex that ignores both its stdin and SIGTERM', async () => {
    const { log, lines } = recordingLog();
    const stopGrace = { stdinMs: 50, termMs: 50 };
    const server = await AppServer.start(fakeOptions('ignoresStop', { stopGrace, log }));
    const [first, second] = await Promise.all([server.stop(), server.stop()]);
    assert.deepEqual([first, second], [{ kind: 'stopped' }, { kind: 'stopped' }]);
    assert.ok(!isAlive(server.pid));
    assert.equal(lines.filter((line) => line.startsWith('warn')).length, 2);
  });

  it('keeps no timer running for requests that were pending when it was stopped', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const server = await AppServer.start(fakeOptions('answersNothing'));
    const before = timers();
    const pending = server.request('thread/read', anyThread, { timeoutMs: 3_600_000 });
    assert.equal(timers(), before + 1);
    const rejected = assert.rejects(pending, /No answer to thread\/read: codex was stopped/);
    await server.stop();
    await rejected;
    assert.equal(timers(), before);
  });

  it('does not wait for a process that codex left behind with its pipes', async () => {
    const server = await AppServer.start(fakeOptions('leavesChildBehind'));
    const { pid } = (await server.request('thread/read', anyThread)) as unknown as { pid: number };
    try {
      assert.deepEqual(await server.stop(), { kind: 'stopped' });
      assert.ok(isAlive(pid));
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });
});
