import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspaceKeyOf, workspaceRootOf } from '../../../src/state/workspaceKey';

describe('workspace keys', () => {
  let base = '';
  beforeEach(async () => (base = await realpath(await mkdtemp(join(tmpdir(), 'codex-key-')))));
  afterEach(async () => await rm(base, { recursive: true, force: true }));

  const git = (cwd: string, ...args: string[]): void => {
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b.c'];
    execFileSync('git', [...identity, ...args], { cwd, stdio: 'ignore' });
  };

  it('are those that the CLI computes', () => {
    const known: Record<string, string> = {
      '/home/dev/My Repo.v2': 'my_repo_v2-251c71f6e205bd44',
      '/home/dev/plain dir/sub': 'sub-828880a169399f18',
      '/home/dev/plain dir': 'plain_dir-0ec4756e2c88c788',
      '/home/dev/Ünï-日本': '_n_-__-7f78e891b75485b8',
      '/home/dev/wt1': 'wt1-1759099d2ef15349',
      '/home/dev/outer/inner': 'inner-98ce4ae4edc54f0d',
      '/home/dev/foreign/sub': 'sub-48ea7f03b7d6d24e',
      '/': '-8a5edab282632443',
    };
    for (const [path, key] of Object.entries(known)) assert.equal(workspaceKeyOf(path), key);
  });

  it('belong to the top of the repository, through links, in worktrees and nested repositories too', async () => {
    const repo = join(base, 'My Repo.v2');
    await mkdir(join(repo, 'src', 'deep'), { recursive: true });
    await mkdir(join(repo, 'inner'));
    git(repo, 'init');
    git(repo, 'commit', '--allow-empty', '-m', 'first');
    git(repo, 'worktree', 'add', join(base, 'wt1'));
    git(join(repo, 'inner'), 'init');
    await symlink(repo, join(base, 'link'));
    assert.equal(await workspaceRootOf(join(repo, 'src', 'deep')), repo);
    assert.equal(await workspaceRootOf(join(base, 'link', 'src')), repo);
    assert.equal(await workspaceRootOf(join(base, 'wt1')), join(base, 'wt1'));
    assert.equal(await workspaceRootOf(join(repo, 'inner')), join(repo, 'inner'));
  });

  it('belong to the folder itself without a repository, without git, and when git is too slow', async () => {
    const plain = join(base, 'plain dir', 'sub');
    await mkdir(plain, { recursive: true });
    await symlink(plain, join(base, 'alias'));
    assert.equal(await workspaceRootOf(join(base, 'alias')), plain);
    git(base, 'init');
    assert.equal(await workspaceRootOf(plain), base);
    assert.equal(await workspaceRootOf(plain, { env: { PATH: '/nowhere' } }), plain);
    assert.equal(await workspaceRootOf(plain, { timeoutMs: 1 }).then((root) => root.startsWith(base)), true);
    assert.equal(await workspaceRootOf(join(base, 'gone')), join(base, 'gone'));
  });
});
