import type { Turn } from '../history/turn';
import { changedFile, isNamed } from './changedFiles';
import type { ChangedFile } from './changedFiles';
import { takeBack } from './fileContent';
import type { FileContent } from './fileContent';
import { inOrder, inverseStep, isAsExpected, newPathOf, pathsOf, stepBetween } from './fileStep';
import type { FileStep } from './fileStep';
import { trackFiles } from './fileTrack';
import type { FileTrack, TrackedEdit } from './fileTrack';
import { mergeLines } from './mergeLines';
import type { PresentFile } from './presentFile';
import { contentsOf } from './trackContents';

/** Why a file is left as it is. */
export type RefusalReason =
  /** What the turn wrote is no longer there exactly as it wrote it. */
  | 'changedSince'
  | 'laterTurn'
  /** The turn wrote over a file whose content nobody has kept. */
  | 'overwritten'
  /** Something is in the place of a file that would be made again or moved back. */
  | 'placeTaken'
  | 'outside'
  | 'gitFolder'
  | 'readOnly'
  | 'unsaved'
  | Extract<PresentFile, { kind: 'unusable' }>['reason'];

/** A file that can be put back, and what has to be done for it. */
export interface Reversion {
  readonly file: ChangedFile;
  readonly step: FileStep;
}

export interface Refusal {
  readonly file: ChangedFile;
  readonly reason: RefusalReason;
}

export interface RevertPlan {
  /** In the order in which they can be carried out. */
  readonly reversions: readonly Reversion[];
  readonly refusals: readonly Refusal[];
}

/** What to take back: all turns, or one of them, or one file of it, by any name that it had there. */
export interface RevertScope {
  readonly turnId?: string | undefined;
  readonly path?: string | undefined;
}

/** The files as they are now. */
export interface Disk {
  read(path: string): Promise<PresentFile>;
  /** What forbids to write that path: it lies outside, is read-only, has unsaved changes. */
  obstacle(path: string): Promise<RefusalReason | undefined>;
}

/** Finds out which files can be put back as they were before the turns in `scope`, and changes nothing. */
export async function planRevert(
  turns: readonly Turn[],
  scope: RevertScope,
  disk: Disk,
): Promise<RevertPlan> {
  const reversions: Reversion[] = [];
  const refusals: Refusal[] = [];
  for (const track of trackFiles(turns)) {
    const block = blockOf(track, scope.turnId);
    const file = changedFile({ edits: track.edits.slice(block.start, block.end) });
    if (file === undefined || (scope.path !== undefined && !isNamed(file, scope.path))) continue;
    const step = await stepBack(track, block, disk);
    if (typeof step === 'string') refusals.push({ file, reason: step });
    else if (step !== undefined) reversions.push({ file, step });
  }
  return await refuseImpossible({ reversions, refusals }, disk);
}

/** The same for putting back what a revert took: refuses files that were changed since. */
export async function planUndo(done: readonly Reversion[], disk: Disk): Promise<RevertPlan> {
  const inverse = done.map(({ file, step }) => ({ file, step: inverseStep(step) }));
  return await recheck(inverse, disk);
}

/** Looks again, right before it is done, whether every file still is what the plan was made for. */
export async function recheck(planned: readonly Reversion[], disk: Disk): Promise<RevertPlan> {
  const reversions: Reversion[] = [];
  const refusals: Refusal[] = [];
  for (const reversion of planned) {
    const { file, step } = reversion;
    // Whether the place of a new file is free depends on the other steps, and is looked at with them.
    const isFit = step.kind === 'create' || isAsExpected(step, await disk.read(step.path));
    if (isFit) reversions.push(reversion);
    else refusals.push({ file, reason: 'changedSince' });
  }
  return await refuseImpossible({ reversions, refusals }, disk);
}

/** Where in a track the edits of a turn are; all of them without a turn. */
function blockOf({ edits }: FileTrack, turnId: string | undefined): { start: number; end: number } {
  if (turnId === undefined) return { start: 0, end: edits.length };
  const start = edits.findIndex((edit) => edit.turnId === turnId);
  const end = edits.findLastIndex((edit) => edit.turnId === turnId) + 1;
  return { start: Math.max(0, start), end };
}

/** What puts one file back; nothing where it is like that already. */
async function stepBack(
  { edits, presentPath }: FileTrack,
  { start, end }: { start: number; end: number },
  disk: Disk,
): Promise<FileStep | RefusalReason | undefined> {
  const path = edits[start]?.edit.path;
  if (presentPath === undefined || path === undefined) return 'laterTurn';
  const present = await disk.read(presentPath);
  if (present.kind === 'unusable') return present.reason;
  const now = present.kind === 'text' ? present.text : null;
  const wasMade = start === 0 && edits[start]?.edit.kind === 'add';
  if (wasMade && now === null) return undefined; // the person has deleted it already
  const after = await goBack(edits, end, edits.length, now);
  if ('reason' in after) return after.reason;
  const before = await goBack(edits, start, end, after.content);
  if ('reason' in before) return before.reason;
  const at = { path: presentPath, content: now };
  if (end === edits.length) return stepBetween(at, { path, content: before.content });
  const content = await keepLaterTurns(after.content, now, before.content);
  const [isMoved, isMovedLater] = [edits.slice(start, end), edits.slice(end)].map((part) =>
    part.some(({ edit }) => edit.movedTo !== undefined),
  );
  if (content === undefined || (isMoved && isMovedLater)) return 'laterTurn';
  return stepBetween(at, { path: isMoved ? path : presentPath, content });
}

/** The file without one turn, and with what later ones made of it; undefined where both concern the same lines. */
async function keepLaterTurns(
  after: FileContent,
  now: FileContent,
  before: FileContent,
): Promise<string | undefined> {
  if (after === null || now === null || before === null) return undefined;
  return await mergeLines(after, now, before);
}

/** A file before the edits from `start` to `end`, told from what it is behind them. */
async function goBack(
  edits: readonly TrackedEdit[],
  start: number,
  end: number,
  content: FileContent,
): Promise<{ readonly content: FileContent } | { readonly reason: RefusalReason }> {
  let current = content;
  for (let i = end - 1; i >= start; i--) {
    const edit = edits[i]?.edit;
    let before = edit === undefined ? undefined : await takeBack(edit, current);
    if (before === undefined) return { reason: 'changedSince' };
    if (edit?.kind === 'add' && i > 0) {
      before = (await contentsOf(edits.slice(0, i), undefined)).at(-1)?.after;
      if (before === undefined) return { reason: 'overwritten' };
    }
    current = before;
  }
  return { content: current };
}

/** Refuses what may not be written, and what has no place to go to. */
async function refuseImpossible(plan: RevertPlan, disk: Disk): Promise<RevertPlan> {
  const refusals = [...plan.refusals];
  const allowed: Reversion[] = [];
  for (const reversion of plan.reversions) {
    const obstacle = await firstObstacle(pathsOf(reversion.step), disk);
    if (obstacle === undefined) allowed.push(reversion);
    else refusals.push({ file: reversion.file, reason: obstacle });
  }
  const vacated = new Set<string>();
  const reversions: Reversion[] = [];
  for (const reversion of inOrder(allowed)) {
    const { file, step } = reversion;
    const place = newPathOf(step);
    const isFree = place === undefined || vacated.has(place) || (await disk.read(place)).kind === 'absent';
    if (!isFree) refusals.push({ file, reason: 'placeTaken' });
    else reversions.push(reversion);
    if (isFree && (step.kind === 'delete' || step.kind === 'move')) vacated.add(step.path);
  }
  return { reversions, refusals };
}

async function firstObstacle(paths: readonly string[], disk: Disk): Promise<RefusalReason | undefined> {
  for (const path of paths) {
    const obstacle = await disk.obstacle(path);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}
