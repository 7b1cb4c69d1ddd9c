import assert from 'node:assert/strict';
import {
  link,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../src/base/userError';
import {
  listApprovals,
  readApproval,
  readDecision,
  removeApproval,
  removeApprovalsOfRun,
  writeApprovalRequest,
  writeDecision,
} from '../../../src/state/approvalFiles';
import type { FiledApproval } from '../../../src/state/approvalFiles';
import type { ApprovalRequest } from '../../../src/state/approvalRequest';
import type { StateFolder } from '../../../src/state/stateFolder';
import { diskError, onFaultyDisk } from './faultyDisk';
import { someKey, useScratchRoot } from './scratchRoot';

const threadId = '01a202fc-15c7-7880-9341-97614e04765e';
const request: ApprovalRequest = {
  ...{ id: 'call_18', type: 'commandExecution', threadId, turnId: 'turn-1' },
  ...{ command: "/bin/bash -lc 'touch zz'", cwd: '/w', reason: 'it is needed' },
};
const always = (): boolean => true;

describe('approval files', () => {
  const root = useScratchRoot();
  let folder: StateFolder;
  beforeEach(async () => {
    folder = root().workspace(someKey);
    await folder.ensure();
  });

  const names = async (): Promise<string[]> => (await readdir(folder.approvalsDir)).sort();
  const given = async (name: string, text: string): Promise<void> =>
    writeFile(join(folder.approvalsDir, name), text);
  const asked = async (): Promise<FiledApproval> => {
    await writeApprovalRequest(folder, request, always);
    return (await readApproval(folder, 'call_18')) ?? assert.fail();
  };

  it('are those of the CLI, for the owner alone, with nothing beside them', async () => {
    const note = { runId: 'run-1', decisions: ['accept', 'decline'], files: [] } as const;
    await writeApprovalRequest(folder, { ...request, workspaceDir: '/w', note }, always);
    const file = folder.approvalRequestFile('call_18');
    assert.equal(
      await readFile(file, 'utf8'),
      JSON.stringify(
        {
          type: 'commandExecution',
          command: "/bin/bash -lc 'touch zz'",
          cwd: '/w',
          workspaceDir: '/w',
          reason: 'it is needed',
          threadId,
          turnId: 'turn-1',
          codexCollabVscode: note,
        },
        null,
        2,
      ),
    );
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await names(), ['call_18.json']);
  });

  it('come back as they were, with what the CLI leaves out left out', async () => {
    await writeApprovalRequest(folder, request, always);
    const { requestedAt, isAnswered, ...read } = await asked();
    assert.deepEqual(JSON.parse(JSON.stringify(read)), request);
    assert.equal(isAnswered, false);
    assert.ok(Math.abs(Date.now() - requestedAt) < 60_000);
  });

  it('that nobody can use are nobody’s question', async () => {
    const { id, ...fields } = request;
    const whole = JSON.stringify(fields);
    const texts = {
      empty: '',
      half: whole.slice(0, 40),
      list: '[]',
      nothing: 'null',
      kind: JSON.stringify({ ...fields, type: 'question' }),
      hostile: JSON.stringify({ ...fields, threadId: '../../x' }),
      huge: JSON.stringify({ ...fields, command: 'x'.repeat(1024 * 1024) }),
    };
    for (const [name, text] of Object.entries(texts)) {
      await given(`${name}.json`, text);
      assert.equal(await readApproval(folder, name), undefined, name);
    }
    await mkdir(folder.approvalRequestFile('folder'));
    await given('target', whole);
    await symlink(join(folder.approvalsDir, 'target'), folder.approvalRequestFile('link'));
    assert.equal(await readApproval(folder, 'folder'), undefined);
    assert.equal(await readApproval(folder, 'link'), undefined);
    assert.equal(await readApproval(folder, 'missing'), undefined);
    await assert.rejects(async () => await readApproval(folder, `../${id}`), /Not usable as a file name/);
  });

  it('are listed by ids that are safe, each with whether it is answered', async () => {
    for (const name of [
      'a.json',
      'a.decision',
      'b.json',
      'c.decision',
      'd.json.1-2.tmp',
      'e f.json',
      '.json',
    ]) {
      await given(name, '');
    }
    assert.deepEqual([...(await listApprovals(folder))].sort(), [
      ['a', true],
      ['b', false],
    ]);
    await rm(folder.approvalsDir, { recursive: true });
    assert.equal((await listApprovals(folder)).size, 0);
  });

  it('with many values of one kind are read as far as they make sense', async () => {
    const note = { runId: 'r', decisions: ['accept', 'explode', 7], files: ['/a', null] };
    await given('x.json', JSON.stringify({ ...request, command: 7, reason: null, codexCollabVscode: note }));
    const read = await readApproval(folder, 'x');
    assert.deepEqual([read?.command, read?.reason], [undefined, undefined]);
    assert.deepEqual(read?.note, { runId: 'r', decisions: ['accept'], files: ['/a'] });
  });

  describe('of a request of ours', () => {
    it('do not begin with a decision that was there beforehand', async () => {
      await given('call_18.decision', 'accept');
      await asked();
      assert.deepEqual(await names(), ['call_18.json']);
    });

    it('are not made when it is no longer wanted', async () => {
      assert.equal(await writeApprovalRequest(folder, request, () => false), false);
      assert.deepEqual(await names(), []);
    });

    it('do not take the place of another thread’s', async () => {
      await given('call_18.json', JSON.stringify({ ...request, threadId: 'another' }));
      await given('call_18.decision', 'accept');
      await assert.rejects(writeApprovalRequest(folder, request, always), UserError);
      assert.equal((await readApproval(folder, 'call_18'))?.threadId, 'another');
      assert.deepEqual(await names(), ['call_18.decision', 'call_18.json']);
    });

    it('say why they could not be written, and leave nothing', async () => {
      for (const code of ['EACCES', 'EROFS', 'ENOSPC']) {
        const fail = (operation: Parameters<typeof diskError>[1]): undefined => {
          if (operation.isWrite) throw diskError(code, operation);
        };
        const write = onFaultyDisk(fail, () => writeApprovalRequest(folder, request, always));
        await assert.rejects(write, UserError, code);
        assert.deepEqual(await names(), [], code);
      }
    });

    it('are removed by the id of their run, and no others', async () => {
      const note = { runId: 'run-1', decisions: [], files: [] };
      await writeApprovalRequest(folder, { ...request, note }, always);
      await given('call_18.decision', 'accept');
      await writeApprovalRequest(folder, { ...request, id: 'b', note: { ...note, runId: 'run-2' } }, always);
      await given('c.json', JSON.stringify(request));
      await removeApprovalsOfRun(folder, 'run-1');
      assert.deepEqual(await names(), ['b.json', 'c.json']);
    });
  });

  describe('of a decision', () => {
    it('appear in one step beside the request', async () => {
      assert.equal(await writeDecision(folder, await asked(), 'acceptForSession'), true);
      assert.equal(await readFile(folder.approvalDecisionFile('call_18'), 'utf8'), 'acceptForSession');
      assert.equal((await stat(folder.approvalDecisionFile('call_18'))).mode & 0o777, 0o600);
      assert.deepEqual(await names(), ['call_18.decision', 'call_18.json']);
      assert.equal((await readApproval(folder, 'call_18'))?.isAnswered, true);
    });

    it('are never made before there is a request', async () => {
      const gone = await asked();
      await removeApproval(folder, 'call_18');
      assert.equal(await writeDecision(folder, gone, 'accept'), false);
      assert.deepEqual(await names(), []);
    });

    it('do not answer another question under the same id', async () => {
      const before = await asked();
      await writeApprovalRequest(folder, { ...request, command: 'rm -rf /' }, always);
      await utimes(folder.approvalRequestFile('call_18'), new Date(), new Date(Date.now() + 5000));
      assert.equal(await writeDecision(folder, before, 'accept'), false);
      assert.deepEqual(await names(), ['call_18.json']);
    });

    it('go away again when the request goes while they are written', async () => {
      const shown = await asked();
      const takeRequest = ({ name }: { name: string }): Promise<void> | undefined =>
        name === 'link' ? unlink(folder.approvalRequestFile('call_18')) : undefined;
      assert.equal(await onFaultyDisk(takeRequest, () => writeDecision(folder, shown, 'accept')), false);
      assert.deepEqual(await names(), []);
    });

    it('count once, of several at the same time', async () => {
      const shown = await asked();
      const words = ['accept', 'decline', 'cancel', 'accept', 'decline'] as const;
      const results = await Promise.all(words.map((word) => writeDecision(folder, shown, word)));
      const winners = words.filter((_, index) => results[index]);
      assert.equal(winners.length, 1);
      assert.equal(await readFile(folder.approvalDecisionFile('call_18'), 'utf8'), winners[0]);
      assert.deepEqual(await names(), ['call_18.decision', 'call_18.json']);
    });

    it('are written on a disk without hard links too, and not over another', async () => {
      const shown = await asked();
      const noLinks = (operation: Parameters<typeof diskError>[1]): undefined => {
        if (operation.name === 'link') throw diskError('EPERM', operation);
      };
      const write = (): Promise<boolean> =>
        onFaultyDisk(noLinks, () => writeDecision(folder, shown, 'accept'));
      assert.deepEqual([await write(), await write()], [true, false]);
      assert.deepEqual(await names(), ['call_18.decision', 'call_18.json']);
    });

    it('that cannot be written say why, and leave nothing', async () => {
      const shown = await asked();
      const fail = (operation: Parameters<typeof diskError>[1]): undefined => {
        if (operation.isWrite) throw diskError('EACCES', operation);
      };
      await assert.rejects(
        onFaultyDisk(fail, () => writeDecision(folder, shown, 'accept')),
        UserError,
      );
      assert.deepEqual(await names(), ['call_18.json']);
    });

    it('are read as the CLI reads them, but for one that is just being written', async () => {
      const file = folder.approvalDecisionFile('x');
      const readingOf = async (text: string): Promise<unknown> => {
        await writeFile(file, text);
        return await readDecision(folder, 'x');
      };
      assert.deepEqual(await readDecision(folder, 'x'), { kind: 'missing' });
      assert.deepEqual(await readingOf(' cancel\n'), { kind: 'decision', decision: 'cancel' });
      assert.deepEqual(await readingOf('Accept'), { kind: 'invalid', text: 'Accept' });
      assert.deepEqual(await readingOf(''), { kind: 'missing' });
      await utimes(file, new Date(), new Date(Date.now() - 2000));
      assert.deepEqual(await readDecision(folder, 'x'), { kind: 'invalid', text: '' });
    });

    it('are not read through a link', async () => {
      await given('word', 'accept');
      await symlink(join(folder.approvalsDir, 'word'), folder.approvalDecisionFile('x'));
      await assert.rejects(readDecision(folder, 'x'), UserError);
      await link(join(folder.approvalsDir, 'word'), folder.approvalDecisionFile('y'));
      assert.deepEqual(await readDecision(folder, 'y'), { kind: 'decision', decision: 'accept' });
    });
  });
});
