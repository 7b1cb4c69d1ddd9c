import { closeSync, openSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log';
import { errorText, UserError } from '../../../src/base/userError';
import { RunFiles } from '../../../src/state/runFiles';
import { StateRoot } from '../../../src/state/stateRoot';

/**
 * A process of its own, whose disk or limits may be spoilt: enters a run, spoils the disk as it is told, ends the
 * run, begins another one, makes the disk well again and ends a third one. Prints what came of it as JSON.
 */
const [base = '', fault = ''] = process.argv.slice(2);
const outcome = {
  status: 'completed',
  output: 'x'.repeat(20_000),
  filesChanged: [],
  commandsRun: [],
} as const;

interface Spoilt {
  heal(): Promise<void> | void;
}

const faults: Record<string, () => Promise<Spoilt> | Spoilt> = {
  async full() {
    const filler = join(base, 'filler');
    for (let size = 4096; size >= 1; size = size === 1 ? 0 : Math.floor(size / 2)) {
      await fill(filler, size);
    }
    return { heal: () => rm(filler) };
  },
  readOnly() {
    execFileSync('mount', ['-o', 'remount,ro', base]);
    return { heal: () => void execFileSync('mount', ['-o', 'remount,rw', base]) };
  },
  async forbidden() {
    const folders = (await readdir(base, { recursive: true, withFileTypes: true }))
      .filter((item) => item.isDirectory())
      .map((item) => join(item.parentPath, item.name));
    for (const folder of folders) await chmod(folder, 0o500);
    // Root may write everywhere.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) for (const folder of folders) execFileSync('chown', ['65534', folder]);
    if (isRoot) process.seteuid?.(65534);
    return {
      async heal() {
        if (isRoot) process.seteuid?.(0);
        for (const folder of folders) await chmod(folder, 0o700);
      },
    };
  },
  tooManyFiles() {
    const open: number[] = [];
    try {
      for (;;) open.push(openSync('/dev/null', 'r'));
    } catch {
      // That was the last one.
    }
    return { heal: () => open.forEach((descriptor) => closeSync(descriptor)) };
  },
};

async function fill(file: string, size: number): Promise<void> {
  try {
    for (;;) await writeFile(file, 'x'.repeat(size), { flag: 'a' });
  } catch {
    // No more of that size.
  }
}

async function main(): Promise<void> {
  const root = join(base, '.codex-collab');
  const folder = new StateRoot(root).workspace('repo-0123456789abcdef');
  await mkdir(root, { recursive: true });
  const errors: unknown[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      errors.push([error instanceof UserError, errorText(error)]);
      return undefined;
    }
  };
  const begin = (threadId: string): Promise<RunFiles> =>
    RunFiles.begin({
      ...{ folder, threadId, pid: process.pid, prompt: 'p', model: 'm', cwd: '/w', log: silentLog },
    });
  const first = await begin('first');
  const before = await readFile(folder.indexFile, 'utf8');
  const spoilt = await (faults[fault] ?? (() => Promise.reject(new Error(`No fault ${fault}`))))();
  await attempt(() => first.finish(outcome));
  await attempt(() => begin('second'));
  await spoilt.heal();
  const isIndexUntouched = (await readFile(folder.indexFile, 'utf8')) === before;
  const hasPidFile = (await readdir(folder.pidsDir)).includes(first.shortId);
  const third = await begin('third');
  await third.finish(outcome);
  const names = await readdir(root, { recursive: true });
  const left = names.filter((name) => /\.(lock|tmp|stale-.*)$/.test(name));
  const index = Object.values(JSON.parse(await readFile(folder.indexFile, 'utf8')) as object);
  console.log(JSON.stringify({ errors, isIndexUntouched, hasPidFile, left, index }));
}

await main();
