import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StateRoot } from '../../../src/state/stateRoot';
import { ScopedThreads } from '../../../src/threads/scopedThreads';
import type { Thread } from '../../../src/threads/thread';
import { ThreadStore } from '../../../src/threads/threadStore';
import { WorkspaceScope } from '../../../src/threads/workspaceScope';
import { sampleThread } from '../../support/sampleThread';

function thread(id: string, fields: Partial<Thread> = {}): Thread {
  return sampleThread({ id, cwd: '/w', workspaceKeys: [], ...fields });
}

describe('the threads of a window', () => {
  let home: string;
  let root: StateRoot;
  let scope: WorkspaceScope;

  before(async () => {
    home = await realpath(await mkdtemp(join(tmpdir(), 'scope-')));
    await mkdir(join(home, 'repo', 'packages', 'api'), { recursive: true });
    await mkdir(join(home, 'repository'));
    await promisify(execFile)('git', ['init', '--quiet'], { cwd: join(home, 'repo') });
    await symlink(join(home, 'repo'), join(home, 'link'));
    root = new StateRoot(join(home, '.codex-collab'));
    scope = await WorkspaceScope.of([join(home, 'link')], root, true);
  });
  after(() => rm(home, { recursive: true }));

  const isIn = (fields: Partial<Thread>): boolean => scope.has(thread('a', fields));

  it('are those that work in its folder or below, by whichever name', () => {
    assert.ok(isIn({ cwd: join(home, 'repo') }));
    assert.ok(isIn({ cwd: join(home, 'repo', 'packages', 'api') }));
    assert.ok(isIn({ cwd: join(home, 'link', 'packages') }));
  });

  it('are not those of a neighbour, not even one whose name begins alike', () => {
    assert.ok(!isIn({ cwd: join(home, 'repository') }));
    assert.ok(!isIn({ cwd: home }));
    assert.ok(!isIn({ cwd: undefined }));
  });

  it('are those that the CLI has entered in its workspace, also where a subfolder is open', async () => {
    const key = (await root.workspaceOf(join(home, 'repo'))).key;
    const subfolder = await WorkspaceScope.of([join(home, 'repo', 'packages', 'api')], root, true);
    assert.ok(subfolder.has(thread('a', { cwd: join(home, 'repo'), workspaceKeys: [key] })));
    assert.ok(!subfolder.has(thread('a', { cwd: join(home, 'repo') })));
  });

  it('are told without git while nobody trusts the folder', async () => {
    const key = (await root.workspaceOf(join(home, 'repo'))).key;
    const untrusted = await WorkspaceScope.of([join(home, 'repo')], root, false);
    assert.ok(!untrusted.has(thread('a', { cwd: '/elsewhere', workspaceKeys: [key] })));
    assert.ok(untrusted.has(thread('a', { cwd: join(home, 'repo') })));
  });

  it('come and go as changes when the scope changes', () => {
    const store = new ThreadStore();
    const scoped = new ScopedThreads(store);
    const inside = thread('in', { cwd: join(home, 'repo'), status: 'running', turnStartedAt: 1 });
    const outside = thread('out', { status: 'running', turnStartedAt: 2 });
    store.update([
      ['in', inside],
      ['out', outside],
    ]);
    const seen: unknown[] = [];
    scoped.onDidChange((changes) => seen.push(changes));
    assert.deepEqual([...scoped.all()], [], 'nothing is known of the scope yet');
    assert.ok(!scoped.isInScope('/w') && !scoped.isAll);
    scoped.setScope(undefined);
    assert.deepEqual(seen.pop(), [
      { id: 'in', before: undefined, after: inside },
      { id: 'out', before: undefined, after: outside },
    ]);
    scoped.setScope(scope);
    assert.deepEqual(seen, [[{ id: 'out', before: outside, after: undefined }]]);
    assert.deepEqual(scoped.active(), [inside]);
    assert.deepEqual([...scoped.all()], [inside]);
    assert.equal(scoped.get('out'), undefined);
    scoped.setScope(undefined);
    assert.deepEqual(seen[1], [{ id: 'out', before: undefined, after: outside }]);
  });

  it('do not hear of changes elsewhere, and hear of a thread that moves in', () => {
    const store = new ThreadStore();
    const scoped = new ScopedThreads(store);
    scoped.setScope(scope);
    const seen: unknown[] = [];
    scoped.onDidChange((changes) => seen.push(changes));
    store.update([['out', thread('out')]]);
    assert.deepEqual(seen, []);
    const moved = thread('out', { cwd: join(home, 'repo') });
    store.update([['out', moved]]);
    assert.deepEqual(seen, [[{ id: 'out', before: undefined, after: moved }]]);
  });
});
