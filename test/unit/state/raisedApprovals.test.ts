import assert from 'node:assert/strict';
import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { silentLog } from '../../../src/base/log';
import { APPROVAL_DECISIONS } from '../../../src/state/approvalRequest';
import type { ApprovalDecision } from '../../../src/state/approvalRequest';
import { readApproval } from '../../../src/state/approvalFiles';
import { RaisedApprovals } from '../../../src/state/raisedApprovals';
import type { AskedRequest, PendingApprovalField } from '../../../src/state/raisedApprovals';
import type { StateFolder } from '../../../src/state/stateFolder';
import { someKey, until, useScratchRoot } from './scratchRoot';

const threadId = '01a202fc-15c7-7880-9341-97614e04765e';
const asked = (id: string): AskedRequest => ({
  ...{ id, type: 'commandExecution', command: `touch ${id}`, cwd: '/w' },
  ...{ decisions: APPROVAL_DECISIONS, files: [] },
});

describe('what a run of ours waits for', () => {
  const root = useScratchRoot();
  let folder: StateFolder;
  let approvals: RaisedApprovals;
  let warnings: string[];
  let pending: (string | undefined)[];
  let decisions: string[];
  let logged: string[];
  beforeEach(async () => {
    folder = root().workspace(someKey);
    await folder.ensure();
    [warnings, pending, decisions, logged] = [[], [], [], []];
    approvals = open(folder);
  });
  afterEach(() => approvals.close());

  const open = (where: StateFolder): RaisedApprovals =>
    new RaisedApprovals({
      ...{ folder: where, threadId, runId: 'run-1', cwd: "/w/it's", pollMs: 20 },
      setPending: (field: PendingApprovalField | null) => {
        pending.push(field?.id);
        return Promise.resolve();
      },
      appendToLog: (...bodies) => logged.push(...bodies),
      log: { ...silentLog, warn: (message) => warnings.push(message) },
    });
  const names = async (): Promise<string[]> => (await readdir(folder.approvalsDir)).sort();
  const decided =
    (id: string) =>
    (decision: ApprovalDecision): void => {
      decisions.push(`${id} ${decision}`);
      approvals.withdraw(id);
    };
  const raise = (id: string): void => approvals.raise(asked(id), decided(id));
  const areNames = (...wanted: string[]): Promise<void> =>
    until(wanted.join(' ') || 'no file', async () => (await names()).join(' ') === wanted.join(' '));

  for (const [text, decision] of [
    ['accept', 'accept'],
    [' acceptForSession\n', 'acceptForSession'],
    ['decline', 'decline'],
    ['cancel', 'cancel'],
    ['bogus', 'decline'],
  ] as const) {
    it(`is answered once by ${JSON.stringify(text)} in a decision file: ${decision}`, async () => {
      raise('a');
      await areNames('a.json');
      await writeFile(folder.approvalDecisionFile('a'), text);
      await until('the decision', () => decisions.length > 0);
      await areNames();
      await approvals.close();
      assert.deepEqual(decisions, [`a ${decision}`]);
      assert.equal(warnings.length, text === 'bogus' ? 1 : 0, warnings.join());
    });
  }

  for (const [text, decision] of [
    ['accept', 'accept'],
    ['decline', 'decline'],
    ['acceptForSession', 'accept'],
  ] as const) {
    it(`takes ${text} for ${decision} where codex offers accept and cancel`, async () => {
      approvals.raise({ ...asked('a'), decisions: ['accept', 'cancel'] }, decided('a'));
      await areNames('a.json');
      await writeFile(folder.approvalDecisionFile('a'), text);
      await until('the decision', () => decisions.length > 0);
      assert.deepEqual(decisions, [`a ${decision}`]);
      if (text === decision) assert.deepEqual(warnings, []);
      else assert.match(warnings.join(), /offers no acceptForSession for a; it counts as accept\.$/);
    });
  }

  it('takes no leave that codex does not offer', async () => {
    approvals.raise({ ...asked('a'), decisions: ['cancel'] }, decided('a'));
    await areNames('a.json');
    await writeFile(folder.approvalDecisionFile('a'), 'acceptForSession');
    await until('the decision', () => decisions.length > 0);
    assert.deepEqual(decisions, ['a decline']);
  });

  it('is not answered by a decision that was there beforehand', async () => {
    await writeFile(folder.approvalDecisionFile('a'), 'accept');
    raise('a');
    await areNames('a.json');
    raise('b');
    await areNames('a.json', 'b.json');
    await writeFile(folder.approvalDecisionFile('b'), 'accept');
    await until('the decision', () => decisions.length > 0);
    assert.deepEqual(decisions, ['b accept']);
  });

  it('is declined by an empty file, once that is not just being written', async () => {
    raise('a');
    await areNames('a.json');
    const file = folder.approvalDecisionFile('a');
    await writeFile(file, '');
    await utimes(file, new Date(), new Date(Date.now() - 2000));
    await until('the decision', () => decisions.length > 0);
    assert.deepEqual(decisions, ['a decline']);
    assert.match(warnings.join(), /"" is no decision for a; it counts as decline/);
  });

  it('is named in the record of the run, the oldest first, until nothing waits', async () => {
    raise('a');
    raise('b');
    await areNames('a.json', 'b.json');
    approvals.withdraw('a');
    await areNames('b.json');
    approvals.withdraw('b');
    await approvals.close();
    assert.deepEqual([pending[0], pending.at(-2), pending.at(-1)], ['a', 'b', undefined]);
  });

  it('is told in the log as generation B does', async () => {
    raise('a');
    approvals.raise({ ...asked('p'), type: 'fileChange', reason: 'new file' }, () => undefined);
    assert.deepEqual(logged, [
      '[codex] APPROVAL NEEDED',
      '[codex]   Command: touch a',
      "[codex]   Approve: codex-collab approve a -d '/w/it'\\''s'",
      "[codex]   Decline: codex-collab decline a -d '/w/it'\\''s'",
      '[codex] APPROVAL NEEDED (file change)',
      '[codex]   Reason: new file',
      "[codex]   Approve: codex-collab approve p -d '/w/it'\\''s'",
      "[codex]   Decline: codex-collab decline p -d '/w/it'\\''s'",
    ]);
    await areNames('a.json', 'p.json');
    const note = (await readApproval(folder, 'a'))?.note;
    assert.deepEqual(note, { runId: 'run-1', decisions: [...APPROVAL_DECISIONS], files: [] });
    assert.equal((await readApproval(folder, 'a'))?.workspaceDir, "/w/it's");
  });

  it('names no workspace in the global folder, where there is none', async () => {
    await root().global.ensure();
    const global = open(root().global);
    global.raise(asked('a'), () => undefined);
    await until('the file', async () => (await readApproval(root().global, 'a')) !== undefined);
    assert.equal((await readApproval(root().global, 'a'))?.workspaceDir, undefined);
    assert.equal(logged[2], '[codex]   Approve: codex-collab approve a');
    await global.close();
    assert.deepEqual(await readdir(root().global.approvalsDir), []);
  });

  it('leaves no file when it is withdrawn before or while one is written', async () => {
    for (let round = 0; round < 20; round++) {
      raise(`a${round}`);
      if (round % 2 === 1) await new Promise((resolve) => setImmediate(resolve));
      approvals.withdraw(`a${round}`);
    }
    await approvals.close();
    assert.deepEqual(await names(), []);
    raise('late');
    await approvals.close();
    assert.deepEqual(await names(), []);
  });

  it('leaves no file when there is no time to wait', async () => {
    raise('a');
    raise('b');
    await areNames('a.json', 'b.json');
    await writeFile(folder.approvalDecisionFile('b'), '');
    assert.deepEqual(approvals.closeSync(), []);
    assert.deepEqual(await names(), []);
  });

  it('is not answered, and touches nothing, while another thread asks under its id', async () => {
    await writeFile(
      folder.approvalRequestFile('a'),
      JSON.stringify({ type: 'commandExecution', threadId: 'another' }),
    );
    raise('a');
    await until('the warning', () => warnings.length > 0);
    await writeFile(folder.approvalDecisionFile('a'), 'accept');
    raise('b');
    await areNames('a.decision', 'a.json', 'b.json');
    await approvals.close();
    assert.deepEqual([decisions, await names()], [[], ['a.decision', 'a.json']]);
  });

  it('can still be answered by a file after something else stood in its place', async () => {
    raise('a');
    await areNames('a.json');
    await mkdir(folder.approvalDecisionFile('a'));
    await until('the warning', () => warnings.length > 0);
    await rm(folder.approvalDecisionFile('a'), { recursive: true });
    await symlink('/etc/hostname', folder.approvalDecisionFile('a'));
    await until('another warning', () => warnings.length > 1);
    await rm(folder.approvalDecisionFile('a'));
    await writeFile(folder.approvalDecisionFile('a'), 'accept');
    await until('the decision', () => decisions.length > 0);
    assert.deepEqual(decisions, ['a accept']);
  });

  it('stays to be answered here when the folder has gone', async () => {
    await rm(folder.path, { recursive: true });
    raise('a');
    await until('the warning', () => warnings.length > 0);
    assert.match(warnings.join(), /^Approval a, as others see it: /);
    assert.deepEqual(decisions, []);
  });
});
