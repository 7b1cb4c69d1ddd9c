import { dirname } from 'node:path';
import { errorText } from '../base/userError';
import { inBatches } from './inBatches';
import { IndexSnapshot } from './indexSnapshot';
import { findLeftovers, removeLeftover, type LeftoverFile, type LeftoverRules } from './leftoverFiles';
import { findOldThreads, removeOldThreads, type OldThread, type ThreadRemovals } from './oldThreads';
import { seeFolder } from './seenFile';
import type { StateFolder } from './stateFolder';

const HOUR_MS = 3_600_000;
/** The ages of the CLI's own `clean`. */
const THREAD_AGE_MS = 7 * 24 * HOUR_MS;
const LOG_AGE_MS = 7 * 24 * HOUR_MS;
const OTHERS_AGE_MS = 24 * HOUR_MS;

/** What a clean-up would remove. */
export interface CleanUpPlan {
  /** Quiet for more than seven days. */
  readonly threads: readonly OldThread[];
  /** Files that belong to no thread, and to no run under way. */
  readonly files: readonly LeftoverFile[];
  /** Of all of it. */
  readonly bytes: number;
  /** What cannot be judged, and so stays: sentences. */
  readonly problems: readonly string[];
}

/** What a clean-up came to. */
export interface CleanUpResult extends ThreadRemovals {
  /** How many left-over files were removed. */
  readonly files: number;
}

/**
 * Looks for what the CLI's `clean` would remove, by the same ages, except that nothing goes that runs, that was
 * used lately or whose owner lives. Only threads that `mayGo` count. A folder whose index cannot be read, or of
 * which a part is a link to elsewhere, stays as it is. Changes nothing and never throws.
 */
export async function planCleanUp(
  folders: readonly StateFolder[],
  now: number,
  mayGo: (threadId: string) => boolean = () => true,
): Promise<CleanUpPlan> {
  const problems = new Set<string>();
  const onProblem = (problem: string): void => void problems.add(problem);
  const indexes = await IndexSnapshot.take(folders);
  const usable = await usableFolders(folders, indexes, onProblem);
  const threads = await findOldThreads(usable, indexes, now - THREAD_AGE_MS, mayGo, onProblem);
  const gone = new Set(threads.flatMap(({ places }) => places.flatMap(goesWith)));
  const files: LeftoverFile[] = [];
  for (const folder of usable) {
    const found = await findLeftovers(folder, rules(indexes, now), onProblem);
    files.push(...found.filter(({ path }) => !gone.has(path)));
  }
  const bytes = [...threads, ...files].reduce((sum, item) => sum + item.bytes, 0);
  return { threads, files, bytes, problems: [...problems] };
}

/**
 * Removes what was planned, and looks at each item once more right before: somebody may have gone on with a
 * thread meanwhile. What cannot be removed does not keep the rest. Never throws.
 */
export async function carryOutCleanUp(
  { threads, files }: CleanUpPlan,
  folders: readonly StateFolder[],
  now: number,
): Promise<CleanUpResult> {
  const failures = new Set<string>();
  const fail = (problem: string): void => void failures.add(problem);
  const involved = new Set(
    [...threads.flatMap(({ places }) => places), ...files].map(({ folder }) => folder),
  );
  const usable = await usableFolders([...involved], await IndexSnapshot.take([...involved]), fail);
  const isIn = (folder: StateFolder): boolean => usable.has(folder);
  const doomed = threads.filter(({ places }) => places.every(({ folder }) => isIn(folder)));
  const removals = await removeOldThreads(doomed, now - THREAD_AGE_MS);
  const current = rules(await IndexSnapshot.take(folders), now);
  let removedFiles = 0;
  await inBatches(
    files.filter(({ folder }) => isIn(folder)),
    async (file) => {
      try {
        if (await removeLeftover(file, current)) removedFiles += 1;
      } catch (error) {
        fail(errorText(error));
      }
    },
  );
  return { ...removals, files: removedFiles, failures: [...removals.failures, ...failures] };
}

/** What is removed with a thread and may, by itself, be a left-over file as well. */
function goesWith({ folder, shortId, threadId }: OldThread['places'][number]): string[] {
  return [folder.pidFile(shortId), folder.killSignalFile(threadId)];
}

function rules(indexes: IndexSnapshot, now: number): LeftoverRules {
  return { indexes, logsSince: now - LOG_AGE_MS, othersSince: now - OTHERS_AGE_MS };
}

async function usableFolders(
  folders: readonly StateFolder[],
  indexes: IndexSnapshot,
  onProblem: (problem: string) => void,
): Promise<Set<StateFolder>> {
  const usable = new Set<StateFolder>();
  for (const folder of folders) {
    const problem = indexes.problem(folder) ?? (await linkedPart(folder));
    if (problem === undefined) usable.add(folder);
    else onProblem(problem);
  }
  return usable;
}

/** What is wrong when a part of the folder is none of its own; `~/.codex-collab` itself may be a link. */
async function linkedPart(folder: StateFolder): Promise<string | undefined> {
  const { path, layout, logsDir, pidsDir, killSignalsDir, approvalsDir, runsDir } = folder;
  const parts = [logsDir, pidsDir, killSignalsDir, approvalsDir, ...(runsDir === undefined ? [] : [runsDir])];
  if (layout === 'workspace') parts.unshift(dirname(path), path);
  try {
    for (const part of parts) await seeFolder(part);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}
