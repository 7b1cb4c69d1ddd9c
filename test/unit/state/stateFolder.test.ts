import assert from 'node:assert/strict';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { UserError } from '../../../src/base/userError';
import { StateFolder } from '../../../src/state/stateFolder';
import { defaultRootPath } from '../../../src/state/stateRoot';
import { someKey, useScratchRoot } from './scratchRoot';

describe('a state folder', () => {
  const root = useScratchRoot();
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

  it('has one log for all runs in the global layout and one for each in a workspace', () => {
    const { global } = root();
    const workspace = root().workspace(someKey);
    assert.equal(global.path, root().path);
    assert.equal(relative(root().path, workspace.path), join('workspaces', someKey));
    assert.equal(relative(global.path, global.runLogFile('s1', 'r1')), join('logs', 's1.log'));
    assert.equal(relative(workspace.path, workspace.runLogFile('s1', 'r1')), join('logs', 's1', 'r1.log'));
    assert.equal(relative(workspace.path, workspace.runRecordFile('r1')), join('runs', 'r1.json'));
    assert.equal(relative(global.path, global.approvalDecisionFile('c')), join('approvals', 'c.decision'));
    assert.throws(() => global.runRecordFile('r1'));
  });

  it('makes no path of an unsafe id or key', () => {
    const folder = root().workspace(someKey);
    for (const id of ['../../x', 'con', '', '__proto__', 'x'.repeat(300)]) {
      assert.throws(() => folder.pidFile(id));
      assert.throws(() => folder.killSignalFile(id));
      assert.throws(() => folder.approvalRequestFile(id));
      assert.throws(() => folder.approvalDecisionFile(id));
      assert.throws(() => folder.runLogFile(id, 'r'));
      assert.throws(() => folder.runLogFile('s', id));
      assert.throws(() => folder.sharedLogFile(id));
      assert.throws(() => folder.runRecordFile(id));
    }
    assert.throws(() => root().workspace('../..'));
    assert.throws(() => new StateFolder('/x', 'no-hash'));
  });

  it('is made for the owner alone, and what exists keeps its mode', async () => {
    await mkdir(root().path);
    await chmod(root().path, 0o755);
    const folder = root().workspace(someKey);
    await folder.ensure();
    await folder.ensure();
    assert.equal(await modeOf(root().path), 0o755);
    const parts = [folder.path, folder.logsDir, folder.pidsDir, folder.killSignalsDir, folder.approvalsDir];
    for (const part of [...parts, folder.runsDir ?? '']) assert.equal(await modeOf(part), 0o700, part);
  });

  it('names the part that cannot be made', async () => {
    const { global } = root();
    await mkdir(global.path);
    await writeFile(global.pidsDir, '');
    await assert.rejects(global.ensure(), (error) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.includes(global.pidsDir), error.message);
      return true;
    });
  });
});

describe('the state root', () => {
  const root = useScratchRoot();

  it('lies in the home folder', () => {
    assert.equal(defaultRootPath({ HOME: '/home/x' }, 'linux'), '/home/x/.codex-collab');
    assert.equal(defaultRootPath({ USERPROFILE: '/u', HOME: '/h' }, 'win32'), '/u/.codex-collab');
    assert.ok(defaultRootPath({}, 'linux').endsWith('/.codex-collab'));
  });

  it('lists the folders that are workspaces, the same object each time', async () => {
    assert.deepEqual(await root().listWorkspaces(), []);
    const dir = root().workspacesDir;
    await mkdir(join(dir, someKey), { recursive: true });
    await mkdir(join(dir, '-8a5edab282632443'));
    await mkdir(join(dir, 'backup'));
    await writeFile(join(dir, 'file-0123456789abcdef'), '');
    const [first, second, ...rest] = await root().listWorkspaces();
    assert.equal(first?.key, '-8a5edab282632443');
    assert.equal(second, root().workspace(someKey));
    assert.deepEqual(rest, []);
  });

  it('puts a new run where the CLI keeps its own, unless told otherwise', async () => {
    const cwd = dirname(root().path);
    assert.equal(await root().folderForNewRun(cwd, 'auto'), root().global);
    const workspace = await root().folderForNewRun(cwd, 'workspace');
    assert.equal(workspace.layout, 'workspace');
    await mkdir(root().workspacesDir, { recursive: true });
    assert.equal(await root().folderForNewRun(cwd, 'auto'), workspace);
    assert.equal(await root().folderForNewRun(cwd, 'global'), root().global);
  });
});
