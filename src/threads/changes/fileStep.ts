import type { FileContent } from './fileContent';
import type { PresentFile } from './presentFile';

/** One thing to do to a file. `from` is what stands there and has to be there still; `to` is the new text. */
export type FileStep =
  | { readonly kind: 'write'; readonly path: string; readonly from: string; readonly to: string }
  | { readonly kind: 'create'; readonly path: string; readonly to: string }
  | { readonly kind: 'delete'; readonly path: string; readonly from: string }
  | {
      readonly kind: 'move';
      readonly path: string;
      readonly from: string;
      readonly movedTo: string;
      readonly to: string;
    };

/** Places have to become free before something is put there. */
const ORDER: Record<FileStep['kind'], number> = { delete: 0, move: 1, create: 2, write: 3 };

/** The steps in the order in which they can be carried out. */
export function inOrder<T extends { readonly step: FileStep }>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => ORDER[a.step.kind] - ORDER[b.step.kind]);
}

/** The step that undoes a step. */
export function inverseStep(step: FileStep): FileStep {
  switch (step.kind) {
    case 'write':
      return { kind: 'write', path: step.path, from: step.to, to: step.from };
    case 'create':
      return { kind: 'delete', path: step.path, from: step.to };
    case 'delete':
      return { kind: 'create', path: step.path, to: step.from };
    case 'move':
      return { kind: 'move', path: step.movedTo, from: step.to, movedTo: step.path, to: step.from };
  }
}

/** The step from one state of a file to another; undefined when they are the same. */
export function stepBetween(
  at: { readonly path: string; readonly content: FileContent },
  wanted: { readonly path: string; readonly content: FileContent },
): FileStep | undefined {
  const [from, to] = [at.content, wanted.content];
  if (to === null) return from === null ? undefined : { kind: 'delete', path: at.path, from };
  if (from === null) return { kind: 'create', path: wanted.path, to };
  if (at.path !== wanted.path) return { kind: 'move', path: at.path, from, movedTo: wanted.path, to };
  return from === to ? undefined : { kind: 'write', path: at.path, from, to };
}

/** The paths that a step writes, removes or makes. */
export function pathsOf(step: FileStep): string[] {
  return step.kind === 'move' ? [step.path, step.movedTo] : [step.path];
}

/** Where a step puts a file that must not be there yet. */
export function newPathOf(step: FileStep): string | undefined {
  if (step.kind === 'move') return step.movedTo;
  return step.kind === 'create' ? step.path : undefined;
}

/** True while a file is what the step was made for. */
export function isAsExpected(step: FileStep, present: PresentFile): boolean {
  if (step.kind === 'create') return present.kind === 'absent';
  return present.kind === 'text' && present.text === step.from;
}
