// Where the files of each generation lie.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/** The root itself for generation A, a folder for each workspace for B. `tries` is for its locks. */
export function stateFolder(generation, cwd, tries) {
  const root = join(homedir(), '.codex-collab');
  const workspace = generation === 'A' ? undefined : workspaceRoot(cwd);
  const path = generation === 'A' ? root : join(root, 'workspaces', workspaceKey(workspace));
  return {
    ...{ generation, root, workspace, path, tries },
    index: join(path, 'threads.json'),
    runs: join(path, 'runs'),
    logs: join(path, 'logs'),
    pid: (shortId) => join(path, 'pids', shortId),
    signal: (threadId) => join(path, 'kill-signals', threadId),
  };
}

export function makeFolders({ generation, path }) {
  const parts = ['logs', 'approvals', 'kill-signals', 'pids'];
  const mode = generation === 'A' ? {} : { mode: 0o700 };
  if (generation === 'B') parts.push('runs', 'guardian');
  for (const part of parts) mkdirSync(join(path, part), { recursive: true, ...mode });
}

/** Each UTF-16 code unit that is no plain character becomes one underscore. */
function workspaceKey(canonical) {
  const slug = basename(canonical)
    .replace(/[^A-Za-z0-9_-]/g, '_')
    .toLowerCase();
  return `${slug}-${createHash('sha256').update(canonical).digest('hex').slice(0, 16)}`;
}

function workspaceRoot(cwd) {
  let top = '';
  try {
    const options = { cwd, timeout: 5000, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    top = execFileSync('git', ['rev-parse', '--show-toplevel'], options).trim();
  } catch {
    // no repository, or no git
  }
  const path = resolve(top === '' ? cwd : top);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
