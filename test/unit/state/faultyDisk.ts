import syncFs from 'node:fs';
import promisedFs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { sep } from 'node:path';

/** One operation of the program on the disk. */
export interface DiskOperation {
  /** As in `node:fs`, without `Sync`; operations on an open file have the names of those on a path. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Whether it changes something, or opens a file to do so. */
  readonly isWrite: boolean;
}

/** Called before each operation: waits, throws what the disk is to answer, or does nothing. */
export type BeforeOperation = (operation: DiskOperation) => Promise<void> | undefined;

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Functions = Record<string, AnyFunction | undefined>;

const WRITING = ['mkdir', 'rename', 'unlink', 'rm', 'rmdir', 'link', 'utimes', 'writeFile', 'appendFile'];
const READING = ['open', 'access', 'lstat', 'stat', 'readdir', 'readFile', 'realpath'];
const OF_HANDLE = ['writeFile', 'appendFile', 'readFile', 'stat'];

/**
 * Runs `work` while every file operation of the program passes by `before`. Works everywhere and for every
 * user, unlike a disk that is really full.
 */
export async function onFaultyDisk<T>(before: BeforeOperation, work: () => Promise<T>): Promise<T> {
  const looker = notWithinItself(before);
  const restore = [...patchPromised(looker), ...patchSync(looker)];
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    for (const undo of restore) undo();
    syncBuiltinESMExports();
  }
}

/** What the system answers, as Node tells it. */
export function diskError(code: string, operation: DiskOperation): Error {
  // What is done with an open file fails without the name of the file.
  const where = OF_HANDLE.includes(operation.name) ? '' : ` '${operation.path}'`;
  return Object.assign(new Error(`${code}: injected, ${operation.name}${where}`), { code });
}

/** Which operations an error of that code hits: a full disk can still delete. */
export function isHitBy(code: string, { name, isWrite }: DiskOperation): boolean {
  switch (code) {
    case 'ENOSPC':
      return isWrite && !['unlink', 'rm', 'rmdir', 'utimes'].includes(name);
    case 'EMFILE':
      return name === 'open' || name === 'readdir';
    default:
      return isWrite || name === 'access';
  }
}

export function isBelow(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/** What `before` itself does with the disk is no operation of the program. */
function notWithinItself(before: BeforeOperation): BeforeOperation {
  let isWithin = false;
  return (operation) => {
    if (isWithin) return undefined;
    isWithin = true;
    try {
      return before(operation);
    } finally {
      isWithin = false;
    }
  };
}

function patchPromised(before: BeforeOperation): (() => void)[] {
  const module = promisedFs as unknown as Functions;
  return [...WRITING, ...READING].map((name) =>
    replaced(
      module,
      name,
      (original) =>
        async function (this: unknown, ...args) {
          await before(operationOf(name, args));
          const result = await original.apply(this, args);
          if (name === 'open') patchHandle(result as Functions, args, before);
          return result;
        },
    ),
  );
}

function patchHandle(handle: Functions, openArgs: unknown[], before: BeforeOperation): void {
  for (const name of OF_HANDLE) {
    const original = handle[name];
    handle[name] = async (...args: unknown[]) => {
      await before({ name, path: String(openArgs[0]), isWrite: WRITING.includes(name) });
      return await original?.apply(handle, args);
    };
  }
}

function patchSync(before: BeforeOperation): (() => void)[] {
  const module = syncFs as unknown as Functions;
  const paths = new Map<unknown, unknown>();
  return [...WRITING, ...READING]
    .map((name) => ({ name, syncName: `${name}Sync` }))
    .filter(({ syncName }) => module[syncName] !== undefined)
    .map(({ name, syncName }) =>
      replaced(
        module,
        syncName,
        (original) =>
          function (this: unknown, ...args) {
            const [first, ...rest] = args;
            void before(operationOf(name, [paths.get(first) ?? first, ...rest]));
            const result = original.apply(this, args);
            if (name === 'open') paths.set(result, first);
            return result;
          },
      ),
    );
}

function replaced(
  module: Functions,
  name: string,
  replacement: (original: AnyFunction) => AnyFunction,
): () => void {
  const original = module[name];
  if (original === undefined) throw new Error(`node:fs has no ${name}`);
  module[name] = replacement(original);
  return () => (module[name] = original);
}

function operationOf(name: string, args: readonly unknown[]): DiskOperation {
  const path = String(args[name === 'rename' || name === 'link' ? 1 : 0]);
  return { name, path, isWrite: WRITING.includes(name) || (name === 'open' && isForWriting(args[1])) };
}

function isForWriting(flags: unknown): boolean {
  const { O_WRONLY, O_RDWR, O_CREAT } = syncFs.constants;
  if (typeof flags === 'number') return (flags & (O_WRONLY | O_RDWR | O_CREAT)) !== 0;
  return typeof flags === 'string' && flags !== 'r';
}
