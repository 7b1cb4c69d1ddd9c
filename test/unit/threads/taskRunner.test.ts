import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { UserError } from '../../../src/base/userError';
import { isProcessAlive } from '../../../src/state/processes';
import type { TurnRun } from '../../../src/threads/turnRun';
import { processesOf, waitUntil } from '../../support/processes';
import { TaskBench } from '../../support/taskBench';
import type { TaskBenchOptions } from '../../support/taskBench';

type IndexFile = Record<string, Record<string, unknown>>;

describe('a task on the real codex', () => {
  let bench: TaskBench;
  const open = async (options?: TaskBenchOptions): Promise<void> => {
    bench = await TaskBench.open(options);
  };
  afterEach(() => bench.close());

  const state = (...parts: string[]): string => join(bench.home.stateRoot, ...parts);
  const index = async (): Promise<IndexFile> =>
    JSON.parse(await readFile(state('threads.json'), 'utf8')) as IndexFile;
  const log = (run: TurnRun): Promise<string> => readFile(state('logs', `${run.shortId}.log`), 'utf8');
  const started = (run: TurnRun): Promise<unknown> =>
    waitUntil(() => run.phase === 'running', { timeoutMs: 15_000, what: 'the turn to start' });
  const row = (run: TurnRun): string => {
    const thread = bench.store.get(run.threadId);
    return `${thread?.status} ${thread?.title} ${thread?.reason ?? ''}`.trim();
  };

  it('leaves behind what generation A of the CLI leaves, and nothing running', async () => {
    await open();
    const run = await bench.run('say:"All is well."');
    assert.deepEqual((await run.ended).status, 'completed');
    const entry = (await index())[run.shortId];
    assert.equal(entry?.threadId, run.threadId);
    assert.equal(entry.lastStatus, 'completed');
    assert.equal(entry.cwd, bench.folder);
    assert.match(String(entry.createdAt), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(
      await log(run),
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z agent output:\nAll is well\.\n<<END_AGENT_OUTPUT>>\n$/,
    );
    assert.deepEqual(await readdir(state('pids')), []);
    assert.deepEqual(await readdir(state('kill-signals')), []);
    assert.equal(isProcessAlive(run.pid), false);
  });

  it('says `running`, with the pid of its codex process, while the turn is under way', async () => {
    await open();
    const run = await bench.run('stream:30');
    await started(run);
    assert.equal((await index())[run.shortId]?.lastStatus, 'running');
    assert.equal(await readFile(state('pids', run.shortId), 'utf8'), String(run.pid));
    const [codex] = (await processesOf(bench.home.home)).filter(({ pid }) => pid === run.pid);
    assert.match(codex?.command ?? '', /codex.* app-server/);
    assert.equal(row(run), 'running stream:30');
  });

  it('logs commands and edits, and counts the files', async () => {
    await open();
    const run = await bench.run('run:"echo hello" edit:notes.txt say:done');
    const outcome = await run.ended;
    assert.equal(outcome.filesChanged, 1);
    const text = await log(run);
    assert.match(text, /Z \[codex\] Running: .*echo hello/);
    assert.match(text, /Z command: .*echo hello.* \(exit 0\)/);
    assert.match(text, /Z \[codex\] Edited: .*notes\.txt \(add\)/);
    assert.match(text, /Z agent output:\n(.*\n)*done\n<<END_AGENT_OUTPUT>>/);
  });

  it('is interrupted by a kill signal that another process drops, and keeps what was said so far', async () => {
    await open();
    const run = await bench.run('stream:30');
    await waitUntil(() => run.unfinishedText.includes('tick'), { timeoutMs: 15_000, what: 'some text' });
    const signal = state('kill-signals', run.threadId);
    await once(spawn('touch', [signal]), 'close');
    const outcome = await run.ended;
    assert.deepEqual([outcome.status, outcome.reason], ['interrupted', 'killed']);
    assert.equal((await index())[run.shortId]?.lastStatus, 'interrupted');
    assert.match(await log(run), /agent output:\ntick1 (.*\n)*<<END_AGENT_OUTPUT>>\n$/);
    assert.deepEqual(await readdir(state('kill-signals')), []);
    assert.deepEqual(await readdir(state('pids')), []);
    assert.equal(row(run), 'interrupted stream:30 killed');
  });

  for (const stateLayout of ['global', 'workspace'] as const) {
    it(`in the ${stateLayout} layout is also interrupted by a signal in the folder of the other`, async () => {
      await open({ stateLayout });
      const run = await bench.run('stream:30');
      const other = await bench.root.folderForNewRun(
        bench.folder,
        stateLayout === 'global' ? 'workspace' : 'global',
      );
      await mkdir(other.killSignalsDir, { recursive: true });
      await writeFile(other.killSignalFile(run.threadId), stateLayout === 'global' ? String(run.pid) : '');
      assert.equal((await run.ended).reason, 'killed');
      assert.deepEqual(await readdir(other.killSignalsDir), []);
    });
  }

  it('honours a signal that comes before codex has answered turn/start', async () => {
    await open();
    const run = await bench.run('slow:20 say:never');
    await writeFile(state('kill-signals', run.threadId), '');
    assert.equal((await run.ended).status, 'interrupted');
  });

  it('leaves no shell of the turn behind when it is killed', async () => {
    await open();
    const run = await bench.run('run:"sleep 987"');
    const sleeping = async (): Promise<boolean> =>
      (await processesOf(bench.home.home)).some(({ command }) => command.endsWith('sleep 987'));
    await waitUntil(sleeping, { timeoutMs: 15_000, what: 'the command to run' });
    run.stop('killed');
    await run.ended;
    assert.equal(await sleeping(), false);
  });

  it('leaves not even a command behind that ignores signals in a session of its own', async () => {
    await open({ preferences: { sandbox: 'danger-full-access' } });
    const command = `setsid sh -c "trap : TERM HUP INT; sleep 986; sleep 986" & sleep 985`;
    const run = await bench.run(`run:'${command}'`);
    const sleeping = async (): Promise<number> =>
      (await processesOf(bench.home.home)).filter((each) => /^sleep 98[56]$/.test(each.command)).length;
    await waitUntil(async () => (await sleeping()) === 2, { timeoutMs: 15_000, what: 'the commands to run' });
    run.stop('killed');
    await run.ended;
    assert.equal(await sleeping(), 0);
  });

  it('fails, says why, and can be resumed when codex dies in the middle of the turn', async () => {
    await open();
    const run = await bench.run('stream:30');
    await started(run);
    process.kill(run.pid, 'SIGKILL');
    const outcome = await run.ended;
    assert.equal(outcome.status, 'failed');
    assert.match(outcome.reason ?? '', /codex.*SIGKILL/);
    const entry = (await index())[run.shortId];
    assert.equal(entry?.lastStatus, 'failed');
    assert.equal(entry.threadId, run.threadId);
    assert.deepEqual(await readdir(state('pids')), []);
    assert.match(row(run), /^failed stream:30 codex/);
  });

  it('fails with the reason of the model', async () => {
    await open();
    const run = await bench.run('fail:500');
    const outcome = await run.ended;
    assert.equal(outcome.status, 'failed');
    assert.ok(outcome.reason, 'a reason');
    assert.match(await log(run), /Z \[codex\] Error: /);
  });

  it('ends a turn that takes longer than it may', async () => {
    await open({ preferences: { timeoutSeconds: 1 } });
    const run = await bench.run('stream:30');
    const outcome = await run.ended;
    assert.deepEqual([outcome.status, outcome.reason], ['failed', 'timed out after 1 s']);
  });

  it('is written as interrupted at once when the window goes away, and its process ends', async () => {
    await open();
    const run = await bench.run('stream:30');
    await waitUntil(() => run.unfinishedText.includes('tick'), { timeoutMs: 15_000, what: 'some text' });
    bench.runs.dispose(); // what happens from here on must not need another turn of the event loop
    const entry = (JSON.parse(readFileSync(state('threads.json'), 'utf8')) as IndexFile)[run.shortId];
    assert.equal(entry?.lastStatus, 'interrupted');
    assert.deepEqual(readdirSync(state('pids')), []);
    assert.match(readFileSync(state('logs', `${run.shortId}.log`), 'utf8'), /agent output:\ntick1 /);
    await waitUntil(() => !isProcessAlive(run.pid), { timeoutMs: 5_000, what: 'codex to end' });
  });

  it('asks for approval, runs the command after Approve and not after Decline', async () => {
    await open({ preferences: { approvalPolicy: 'on-request' } });
    for (const decision of ['accept', 'decline'] as const) {
      const file = join(bench.folder, `${decision}.txt`);
      const run = await bench.run(`ask:"touch ${file}" say:done`);
      const asked = await waitUntil(() => run.pendingApproval, { timeoutMs: 15_000, what: 'a question' });
      assert.equal(bench.store.get(run.threadId)?.status, 'needsYou');
      assert.match(asked.summary, /^wants to run .*touch/);
      run.answerApproval(asked.id, decision);
      assert.equal((await run.ended).status, 'completed');
      const isThere = (await readdir(bench.folder)).includes(`${decision}.txt`);
      assert.equal(isThere, decision === 'accept');
    }
  });

  it('creates nothing anew when its thread is deleted from outside', async () => {
    await open();
    const run = await bench.run('stream:30');
    await started(run);
    await writeFile(state('threads.json'), '{}');
    await writeFile(state('kill-signals', run.threadId), '');
    await run.ended;
    assert.deepEqual(await index(), {});
    assert.deepEqual(await readdir(state('logs')), []);
    assert.deepEqual(await readdir(state('pids')), []);
    assert.deepEqual(await readdir(state('kill-signals')), []);
    await waitUntil(() => bench.store.get(run.threadId) === undefined, { timeoutMs: 5_000, what: 'no row' });
  });
});

describe('a task whose thread is deleted under it', () => {
  let bench: TaskBench;
  let run: TurnRun;
  beforeEach(async () => {
    bench = await TaskBench.open({ stateLayout: 'global' });
    run = await bench.run('stream:30');
    const isSeen = (): boolean =>
      run.phase === 'running' && bench.state.threadsOnDisk(run.threadId).length === 1;
    await waitUntil(isSeen, { timeoutMs: 15_000, what: 'the turn to start' });
  });
  afterEach(() => bench.close());

  it('ends, without a signal, when its entry and its pid file go', async () => {
    await rm(bench.root.global.pidFile(run.shortId));
    await writeFile(bench.root.global.indexFile, '{}');
    assert.equal((await run.ended).reason, 'deleted');
    assert.equal(await readFile(bench.root.global.indexFile, 'utf8'), '{}');
    const isArchived = async (): Promise<boolean> => {
      bench.archived.invalidate();
      return (await bench.archived.page()).threads.some(({ id }) => id === run.threadId);
    };
    await waitUntil(isArchived, { timeoutMs: 10_000, what: 'the thread to be archived as well' });
  });

  it('goes on when only the index was set aside', async () => {
    const { indexFile } = bench.root.global;
    await rename(indexFile, `${indexFile}.corrupt.1`);
    const isUnseen = (): boolean => bench.state.threadsOnDisk(run.threadId).length === 0;
    await waitUntil(isUnseen, { timeoutMs: 5_000, what: 'the entry to be missed' });
    await bench.state.refresh();
    assert.equal(run.phase, 'running');
  });
});

describe('a task that cannot be run', () => {
  let bench: TaskBench;
  afterEach(() => bench.close());

  const refused = async (attempt: Promise<unknown>, message: RegExp): Promise<UserError> => {
    const error: unknown = await attempt.then(
      () => assert.fail('it was run'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, message);
    assert.deepEqual([...bench.runs.all()], []);
    return error;
  };

  it('needs a prompt, and one that codex takes', async () => {
    bench = await TaskBench.open();
    await refused(bench.run('  \n'), /Say what Codex should do/);
    await refused(bench.run('x'.repeat(1_048_577)), /1,048,577 characters/);
  });

  it('needs a folder that exists', async () => {
    bench = await TaskBench.open();
    await refused(bench.run('say:x', join(bench.folder, 'nowhere')), /does not exist/);
    await refused(bench.run('say:x', join(bench.folder, 'README.md')), /it is a file/);
  });

  it('needs codex', async () => {
    bench = await TaskBench.open({ codexPath: '/nowhere/codex' });
    const error = await refused(bench.run('say:x'), /codexPath|not found/);
    assert.ok(error.remedies.some(({ kind }) => kind === 'setCodexPath'));
  });

  it('needs a login where the provider wants one, and says so before the turn', async () => {
    bench = await TaskBench.open({ config: '' });
    const config = join(bench.home.codexHome, 'config.toml');
    const text = await readFile(config, 'utf8');
    await writeFile(config, text.replace('env_key = "OFFLINE_MODEL_KEY"', 'requires_openai_auth = true'));
    const error = await refused(bench.run('say:x'), /not logged in/);
    assert.deepEqual(error.remedies, [{ kind: 'logIn' }]);
    assert.equal(bench.stub.requests.length, 0);
  });

  it('needs a state folder that can be written, and names it', async () => {
    bench = await TaskBench.open();
    await rm(bench.home.stateRoot, { recursive: true, force: true });
    await writeFile(bench.home.stateRoot, 'a file in the way');
    await refused(bench.run('say:x'), /\.codex-collab/);
    assert.equal(await readFile(bench.home.stateRoot, 'utf8'), 'a file in the way');
  });

  it('never overwrites a damaged threads.json, and offers to open it', async () => {
    bench = await TaskBench.open();
    await mkdir(bench.home.stateRoot, { recursive: true });
    const file = join(bench.home.stateRoot, 'threads.json');
    await writeFile(file, '{"a1b2c3d4": {"threadId": ');
    const error = await refused(bench.run('say:x'), /threads\.json is damaged/);
    assert.deepEqual(error.remedies, [{ kind: 'openFile', path: file }]);
    assert.equal(await readFile(file, 'utf8'), '{"a1b2c3d4": {"threadId": ');
    assert.deepEqual(
      (await readdir(bench.home.stateRoot)).filter((name) => /\.(lock|tmp)/.test(name)),
      [],
    );
  });

  it('does not use a config.json of the CLI that it cannot read', async () => {
    bench = await TaskBench.open();
    await mkdir(bench.home.stateRoot, { recursive: true });
    await writeFile(join(bench.home.stateRoot, 'config.json'), '{"sandbox": ');
    await refused(bench.run('say:x'), /config\.json is damaged/);
  });

  it('says so when codex is a program that is not codex', async () => {
    const program = join(process.cwd(), 'out', 'not-codex.sh');
    await mkdir(join(process.cwd(), 'out'), { recursive: true });
    await writeFile(program, '#!/bin/sh\necho hello\n');
    await chmod(program, 0o755);
    bench = await TaskBench.open({ codexPath: program });
    await refused(bench.run('say:x'), /codex/i);
    await rm(program);
  });
});
