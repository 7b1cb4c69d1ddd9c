import { basename, isAbsolute, relative } from 'node:path';
import { totalsText } from '../threads/changes/totalsText';
import type { Refusal, RefusalReason, Reversion } from '../threads/changes/revertPlan';
import { cutAtWord, singleLine } from '../threads/threadTitle';

/** How many files a question names; more of them would not fit into its dialog. */
const MAX_NAMED = 10;

/** "1 file", "3 files". */
export function filesText(count: number): string {
  return count === 1 ? '1 file' : `${count} files`;
}

/** A path as it is shown: relative to where the thread works, and nothing in it that could disguise it. */
export function pathText(path: string, cwd: string | undefined): string {
  const inside = cwd === undefined ? path : relative(cwd, path);
  return singleLine(inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside);
}

/** A line for each file: what reverting does to it, or undoing that. */
export function whatHappens(
  verb: 'Revert' | 'Undo',
  reversions: readonly Reversion[],
  cwd: string | undefined,
): string {
  return named(reversions, ({ file, step }) => {
    const name = pathText(step.path, cwd);
    switch (step.kind) {
      case 'delete':
        return `${name} is deleted.`;
      case 'create':
        return `${name} comes back.`;
      case 'move':
        return `${name} is moved back to ${pathText(step.movedTo, cwd)}.`;
      case 'write':
        return `${name}: ${totalsText(file)} is ${verb === 'Revert' ? 'taken' : 'put'} back.`;
    }
  });
}

/** A sentence for each file that is left as it is. */
export function whyNot(refusals: readonly Refusal[], cwd: string | undefined): string {
  return named(refusals, ({ file, reason }) => reasonText(pathText(file.movedTo ?? file.path, cwd), reason));
}

function named<T>(files: readonly T[], lineOf: (file: T) => string): string {
  const lines = files.slice(0, MAX_NAMED).map((file) => cutAtWord(lineOf(file), 300));
  const more = files.length - lines.length;
  return [...lines, ...(more > 0 ? [`And ${filesText(more)} more.`] : [])].join('\n');
}

function reasonText(name: string, reason: RefusalReason): string {
  switch (reason) {
    case 'changedSince':
      return `${name} has changed since.`;
    case 'laterTurn':
      return `${name}: a later turn changed the same lines.`;
    case 'overwritten':
      return `${name} was overwritten, and nobody has kept what it was before.`;
    case 'placeTaken':
      return `${name}: another file is now where it was.`;
    case 'outside':
      return `${name} is outside of the thread’s folder and of this workspace.`;
    case 'gitFolder':
      return `${name} belongs to git.`;
    case 'readOnly':
      return `${name} is read-only.`;
    case 'unsaved':
      return `${name} has unsaved changes. Save it first.`;
    case 'tooBig':
      return `${name} is larger than 5 MB.`;
    case 'binary':
      return `${name} is not a text in UTF-8.`;
    case 'unreadable':
      return `${name} cannot be read.`;
  }
}

/** "login.ts", for a title. */
export function nameText(path: string): string {
  return singleLine(basename(path));
}
