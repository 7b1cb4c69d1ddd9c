import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandInShell } from '../../../src/base/shellCommand';
import { readApproval } from '../../../src/state/approvalFiles';
import type { FiledApproval } from '../../../src/state/approvalFiles';
import type { StateFolder } from '../../../src/state/stateFolder';
import type { ApprovalPolicy } from '../../../src/threads/runOptions';
import type { PendingApproval } from '../../../src/threads/thread';
import type { TurnRun } from '../../../src/threads/turnRun';
import { waitUntil } from '../../support/processes';
import { TaskBench } from '../../support/taskBench';

const soon = { timeoutMs: 15_000 };

describe('what codex asks during a run', () => {
  let bench: TaskBench;
  let folder: StateFolder;
  afterEach(() => bench.close());

  const open = async (approvalPolicy: ApprovalPolicy, stateLayout: 'global' | 'workspace'): Promise<void> => {
    bench = await TaskBench.open({ stateLayout, preferences: { approvalPolicy } });
    folder = await bench.root.folderForNewRun(bench.folder, stateLayout);
  };
  const names = async (): Promise<string[]> => (await readdir(folder.approvalsDir)).sort();
  /** The question of a run, once others can see it too. */
  const asked = async (run: TurnRun): Promise<PendingApproval> => {
    const approval = await waitUntil(() => run.pendingApproval, { ...soon, what: 'a question' });
    await waitUntil(() => filed(approval), { ...soon, what: 'its file' });
    return approval;
  };
  const filed = ({ id }: PendingApproval): Promise<FiledApproval | undefined> => readApproval(folder, id);
  const pendingOfRecord = async (run: TurnRun): Promise<unknown> => {
    const [name = ''] = (await readdir(folder.runsDir ?? '')).filter((each) => each.endsWith('.json'));
    const record = JSON.parse(await readFile(join(folder.runsDir ?? '', name), 'utf8')) as {
      shortId: string;
      pendingApproval: unknown;
    };
    assert.equal(record.shortId, run.shortId);
    return record.pendingApproval;
  };
  const logOf = async (run: TurnRun): Promise<string> => {
    const dir = run.logPaths[1] ?? '';
    return await readFile(join(dir, (await readdir(dir))[0] ?? ''), 'utf8');
  };
  const made = (name: string): boolean => existsSync(join(bench.folder, name));
  const touch = (name: string): string => `ask:"touch ${join(bench.folder, name)}" say:done`;

  for (const policy of ['on-request', 'untrusted'] as const) {
    it(`is a file that anybody can answer, under ${policy}`, async () => {
      await open(policy, 'workspace');
      const directive = policy === 'on-request' ? 'ask' : 'run';
      const run = await bench.run(`${directive}:"touch ${bench.folder}/made" say:done`);
      const approval = await asked(run);
      const request = (await filed(approval)) ?? assert.fail();
      assert.equal(request.type, 'commandExecution');
      assert.match(request.command ?? '', /touch .*made/);
      assert.equal(commandInShell(request.command ?? ''), approval.command);
      assert.deepEqual([request.threadId, request.workspaceDir], [run.threadId, bench.folder]);
      assert.match(request.turnId ?? '', /^[0-9a-f-]{36}$/);
      assert.equal(request.cwd, approval.cwd);
      assert.deepEqual(request.note?.decisions, approval.decisions);
      assert.deepEqual(approval.decisions, ['accept', 'cancel']);
      const { requestedAt, ...pending } = (await waitUntil(() => pendingOfRecord(run), {
        ...soon,
        what: 'the record',
      })) as { requestedAt: string };
      assert.deepEqual(pending, {
        ...{ id: approval.id, kind: 'commandExecution', summary: request.command },
      });
      assert.ok(Math.abs(Date.parse(requestedAt) - Date.now()) < 60_000);

      await writeFile(folder.approvalDecisionFile(approval.id), 'accept');
      assert.equal((await run.ended).status, 'completed');
      assert.ok(made('made'));
      assert.deepEqual([await names(), await pendingOfRecord(run)], [[], null]);
      const log = await logOf(run);
      assert.match(log, /Z \[codex\] APPROVAL NEEDED\n.*Z \[codex\] {3}Command: .*touch/);
      assert.ok(log.includes(`Approve: codex-collab approve ${approval.id} -d '${bench.folder}'`));
    });
  }
  for (const [word, status, isRun] of [
    ['acceptForSession', 'completed', true],
    ['decline', 'completed', false],
    ['cancel', 'interrupted', false],
    ['bogus', 'completed', false],
  ] as const) {
    it(`is taken by codex when a file says ${word}`, async () => {
      await open('on-request', 'global');
      const run = await bench.run(touch('made'));
      const { id } = await asked(run);
      await writeFile(folder.approvalDecisionFile(id), word);
      assert.deepEqual([(await run.ended).status, made('made')], [status, isRun]);
      assert.deepEqual(await names(), []);
    });
  }

  it('is a file of its own kind for a change of files, with the names of the files', async () => {
    await open('untrusted', 'workspace');
    const run = await bench.run('edit:new.txt="hello" say:done');
    const approval = await asked(run);
    const request = (await filed(approval)) ?? assert.fail();
    assert.equal(request.type, 'fileChange');
    assert.deepEqual(request.note?.files, [join(bench.folder, 'new.txt')]);
    assert.deepEqual(approval.files, request.note.files);
    await writeFile(folder.approvalDecisionFile(approval.id), 'acceptForSession');
    assert.equal((await run.ended).status, 'completed');
    assert.equal((await readFile(join(bench.folder, 'new.txt'), 'utf8')).trim(), 'hello');
    assert.deepEqual(await names(), []);
  });

  it('is gone everywhere when it is answered here, and asked anew the next time', async () => {
    await open('on-request', 'workspace');
    const run = await bench.run(`${touch('first')} ${touch('second')}`);
    const first = await asked(run);
    await bench.answerer.answer(run.threadId, first.id, 'decline');
    await assert.rejects(bench.answerer.answer(run.threadId, first.id, 'accept'), /answered or withdrawn/);
    const isSecond = (): boolean => run.pendingApproval !== undefined && run.pendingApproval.id !== first.id;
    await waitUntil(isSecond, { ...soon, what: 'the second question' });
    const second = await asked(run);
    await waitUntil(async () => (await names()).length === 1, { ...soon, what: 'one file' });
    assert.deepEqual(await names(), [`${second.id}.json`]);
    await bench.answerer.answer(run.threadId, second.id, 'accept');
    assert.equal((await run.ended).status, 'completed');
    assert.deepEqual([made('first'), made('second'), await names()], [false, true, []]);
    await assert.rejects(bench.answerer.answer(run.threadId, second.id, 'accept'), /answered or withdrawn/);
  });

  for (const stateLayout of ['global', 'workspace'] as const) {
    it(`leaves no file in the ${stateLayout} layout when the run is killed`, async () => {
      await open('on-request', stateLayout);
      const run = await bench.run(touch('made'));
      const { id } = await asked(run);
      const kill = bench.killer.kill(run.threadId);
      await assert.rejects(bench.answerer.answer(run.threadId, id, 'accept'), /answered or withdrawn/);
      await kill;
      assert.deepEqual([await names(), made('made')], [[], false]);
    });

    it(`leaves no file in the ${stateLayout} layout when the window closes`, async () => {
      await open('on-request', stateLayout);
      const run = await bench.run(touch('made'));
      const { id } = await asked(run);
      await writeFile(`${folder.approvalDecisionFile(id)}.tmp`, '');
      bench.runs.dispose(); // what happens from here on must not need another turn of the event loop
      assert.deepEqual(readdirSync(folder.approvalsDir), [`${id}.decision.tmp`]);
      await run.ended;
    });
  }

  it('leaves no file when the turn takes too long', async () => {
    bench = await TaskBench.open({
      ...{ stateLayout: 'workspace', preferences: { approvalPolicy: 'on-request', timeoutSeconds: 4 } },
    });
    folder = await bench.root.folderForNewRun(bench.folder, 'workspace');
    const run = await bench.run(touch('made'));
    await asked(run);
    assert.equal((await run.ended).reason, 'timed out after 4 s');
    assert.deepEqual([await names(), await pendingOfRecord(run)], [[], null]);
  });
});
