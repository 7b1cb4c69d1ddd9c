import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log';
import { writeApprovalRequest } from '../../../src/state/approvalFiles';
import { endedFields } from '../../../src/state/entryNote';
import { writePidFile } from '../../../src/state/pidFiles';
import { isProcessAlive } from '../../../src/state/processes';
import { RunFiles } from '../../../src/state/runFiles';
import { StateRoot } from '../../../src/state/stateRoot';
import { newSessionId } from '../../../src/state/ownSession';
import { updateIndex } from '../../../src/state/threadIndex';
import { OwnRuns } from '../../../src/threads/ownRuns';
import type { OwnRun } from '../../../src/threads/ownRuns';
import { waitUntil } from '../../support/processes';

describe('the notes of runs under way', () => {
  let dir: string;
  let root: StateRoot;
  let ownRuns: OwnRuns;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'own-runs-'));
    root = new StateRoot(join(dir, '.codex-collab'));
    ownRuns = new OwnRuns(join(dir, 'notes'), root, silentLog);
  });
  afterEach(() => rm(dir, { recursive: true }));

  /** The pid of a process that has ended. */
  const deadPid = async (): Promise<number> => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    return child.pid ?? assert.fail();
  };

  /** A run in the workspace layout whose extension host and codex are gone. */
  const lostRun = async (fields: Partial<OwnRun> = {}): Promise<OwnRun> => {
    const folder = root.workspace('w-0123456789abcdef');
    const pid = await deadPid();
    const begin = { folder, threadId: 't-1', pid, prompt: 'p', model: 'm', cwd: dir, log: silentLog };
    const { shortId, runId } = await RunFiles.begin({ ...begin, sessionId: newSessionId() });
    const run = {
      ...{ folderKey: folder.key, shortId, threadId: 't-1', runId, pid, marker: 'no-such-marker' },
      ...{ hostPid: await deadPid(), startedAt: Date.now(), ...fields },
    };
    await ownRuns.note(run);
    return run;
  };
  const readJson = async (file: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  const statuses = async (run: OwnRun): Promise<unknown[]> => {
    const folder = root.workspace(run.folderKey);
    const entry = (await readJson(folder.indexFile))[run.shortId] as Record<string, unknown>;
    const record = await readJson(folder.runRecordFile(run.runId));
    return [entry.lastStatus, record.status, record.error, await readdir(folder.pidsDir)];
  };

  it('let the next extension host write the end of what was lost', async () => {
    const run = await lostRun();
    assert.deepEqual(await ownRuns.repair(), ['t-1']);
    assert.deepEqual(await statuses(run), ['interrupted', 'interrupted', 'VS Code ended', []]);
    assert.deepEqual(await readdir(join(dir, 'notes')), []);
  });

  it('let it take back what the lost run has asked, and nothing else', async () => {
    const run = await lostRun();
    const folder = root.workspace(run.folderKey);
    const note = { runId: run.runId, decisions: [], files: [] };
    const request = { id: 'ours', type: 'fileChange', threadId: 't-1', note } as const;
    await writeApprovalRequest(folder, request, () => true);
    await writeFile(folder.approvalDecisionFile('ours'), 'accept');
    await writeFile(folder.approvalRequestFile('theirs'), '{"type":"fileChange","threadId":"t-1"}');
    await ownRuns.repair();
    assert.deepEqual(await readdir(folder.approvalsDir), ['theirs.json']);
  });

  it('leave alone what a living window runs', async () => {
    const run = await lostRun({ hostPid: process.pid });
    await ownRuns.repair();
    assert.deepEqual(await statuses(run), ['running', 'running', null, [run.shortId]]);
    assert.equal((await readdir(join(dir, 'notes'))).length, 1);
  });

  it('tell of a run that its window has let go of, though its extension host still lives', async () => {
    const run = await lostRun({ hostPid: process.pid });
    const folder = root.workspace(run.folderKey);
    await updateIndex(folder, (draft) =>
      draft.patch(run.shortId, endedFields('interrupted', new Date(), 'window closed')),
    );
    assert.deepEqual(await ownRuns.repair(), ['t-1']);
    assert.deepEqual(await ownRuns.repair(), []);
  });

  it('are not taken in by a process that merely got the number of the extension host', async () => {
    const run = await lostRun({ hostPid: process.pid, startedAt: 1_000 });
    await ownRuns.repair();
    assert.equal((await statuses(run))[0], 'interrupted');
  });

  it('do not undo what somebody has written since', async () => {
    const run = await lostRun();
    const folder = root.workspace(run.folderKey);
    const index = await readJson(folder.indexFile);
    Object.assign(index[run.shortId] as object, { lastStatus: 'completed' });
    await writeFile(folder.indexFile, JSON.stringify(index));
    await ownRuns.repair();
    assert.deepEqual((await statuses(run)).slice(0, 2), ['completed', 'interrupted']);
  });

  it('make nothing anew when the thread was deleted meanwhile', async () => {
    await lostRun();
    await rm(root.path, { recursive: true });
    await mkdir(root.path);
    await ownRuns.repair();
    assert.deepEqual(
      await readdir(root.path, { recursive: true }).then((all) => all.filter((f) => f.endsWith('.json'))),
      [],
    );
  });

  it('end the commands that a lost run has left behind', async () => {
    const marker = 'left-behind-by-a-test';
    const env = { ...process.env, CODEX_COLLAB_VSCODE_SERVER: marker };
    const left = spawn('sleep', ['600'], { env, detached: true, stdio: 'ignore' });
    left.unref();
    await lostRun({ marker });
    await ownRuns.repair();
    await waitUntil(() => !isProcessAlive(left.pid ?? 0), { timeoutMs: 5_000, what: 'the command to end' });
  });

  it('let nobody end a broker, an owner of the command line or the editor of a run that a lost one has started', async () => {
    const marker = 'started-by-a-test';
    const env = { ...process.env, CODEX_COLLAB_VSCODE_SERVER: marker };
    const children = ['broker', 'owner', 'editor', 'rest'].map(() =>
      spawn('sleep', ['600'], { env, detached: true, stdio: 'ignore' }),
    );
    const [broker = 0, owner = 0, editor = 0, rest = 0] = children.map(({ pid }) => pid ?? assert.fail());
    try {
      const folder = root.workspace('cli-0123456789abcdef');
      await folder.ensure();
      const startedAt = new Date().toISOString();
      const text = JSON.stringify({ endpoint: 'unix:/nowhere', pid: broker, version: '0.3.1', startedAt });
      await writeFile(join(folder.path, 'broker.json'), text);
      await writePidFile(folder, 'c1c1c1c1', owner);
      const run = await lostRun({ marker });
      await ownRuns.note({ ...run, runId: 'run-of-editor', marker: 'another', hostPid: editor });
      await ownRuns.repair();
      await waitUntil(() => !isProcessAlive(rest), { timeoutMs: 5_000, what: 'the command to end' });
      assert.deepEqual([broker, owner, editor].map(isProcessAlive), [true, true, true]);
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  });

  it('survive a note that is damaged or not one of ours', async () => {
    const run = await lostRun();
    await writeFile(join(dir, 'notes', 'a.json'), '{"runId": ');
    await writeFile(join(dir, 'notes', 'b.json'), '{"folderKey":"../../x","shortId":"../x"}');
    await ownRuns.repair();
    assert.equal((await statuses(run))[0], 'interrupted');
  });
});
