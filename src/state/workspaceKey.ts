import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { findExecutable } from '../base/executablePath';

/**
 * The name of a workspace's folder in `workspaces/`, as generation B computes it: a slug for people, then
 * 16 hex digits of the SHA-256 of the path. `canonicalPath` comes from {@link workspaceRootOf}.
 */
export function workspaceKeyOf(canonicalPath: string): string {
  // Without the `u` flag on purpose: each UTF-16 code unit becomes one underscore.
  const slug = basename(canonicalPath)
    .replace(/[^A-Za-z0-9_-]/g, '_')
    .toLowerCase();
  const hash = createHash('sha256').update(canonicalPath, 'utf8').digest('hex').slice(0, 16);
  return `${slug}-${hash}`;
}

/**
 * The canonical root of the workspace that a folder belongs to: the top of its git repository, else the
 * folder itself. git is really asked, because it alone knows worktrees, nested repositories, `GIT_DIR` and
 * repositories whose owner it distrusts; a missing git counts as "no repository".
 */
export async function workspaceRootOf(
  cwd: string,
  options: { env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Promise<string> {
  const folder = resolve(cwd);
  const top = await gitTopLevel(folder, options.env ?? process.env, options.timeoutMs ?? 5000);
  return await canonical(top ?? folder);
}

async function gitTopLevel(
  cwd: string,
  env: NodeJS.ProcessEnv,
  timeout: number,
): Promise<string | undefined> {
  // Never one that lies in the folder itself: that one would be run before anybody trusts it.
  const git = await findExecutable('git', env);
  if (git === undefined) return undefined;
  return await new Promise((done) => {
    const args = ['rev-parse', '--show-toplevel'];
    execFile(git, args, { cwd, env, timeout, windowsHide: true }, (error, stdout) => {
      const top = stdout.trim();
      done(error !== null || top === '' ? undefined : top);
    });
  });
}

/** The path without symbolic links, or the path itself where that cannot be told. */
async function canonical(path: string): Promise<string> {
  return await realpath(path).catch(() => resolve(path));
}
