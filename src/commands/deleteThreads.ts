import { errorText, UserError } from '../base/userError';
import type { DeleteOutcome, ThreadRemover } from '../threads/deleteThread';
import { isActive } from '../threads/thread';
import type { Thread } from '../threads/thread';
import type { ThreadHolders } from '../threads/threadHolder';
import type { ThreadReader } from '../threads/threadStore';
import { pickThreads } from './pickThread';
import { AGAIN, tellInUse } from './tellInUse';
import { messages } from '../vscode/messages';

const ANYWAY = 'Delete Local Data Anyway';

export interface DeleteTargets {
  readonly remover: ThreadRemover;
  readonly threads: ThreadReader;
  readonly holders: ThreadHolders;
}

/** *Codex: Delete*: asks once for all of them, saying exactly what goes and what stays. */
export async function deleteThreads(targets: DeleteTargets, ids: readonly string[]): Promise<void> {
  const { threads } = targets;
  const chosen = ids.length > 0 ? ids : await pickThreads([...threads.all()], 'Delete which threads?');
  const doomed = chosen.flatMap((id) => threads.get(id) ?? []);
  if (doomed.length === 0 || !(await isConfirmed(doomed))) return;
  // One that asks something, or fails, does not keep the others waiting.
  const results = await Promise.allSettled(doomed.map((thread) => deleteOne(targets, thread)));
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new UserError(failures.map(errorText).join(' '));
}

async function isConfirmed(threads: readonly Thread[]): Promise<boolean> {
  const [first] = threads;
  const isOne = threads.length === 1 && first !== undefined;
  const running = threads.filter(isActive).length;
  const stops =
    running === 0
      ? ''
      : isOne
        ? 'Its turn is stopped first. '
        : `${running} running turns are stopped first. `;
  const detail = isOne
    ? 'Its log and its place in this list go; Codex keeps it archived, and it can be restored. No file of your project is touched.'
    : 'Their logs and their places in this list go; Codex keeps them archived, and they can be restored. No file of your project is touched.';
  const question = isOne ? `Delete “${first.title}”?` : `Delete ${threads.length} threads?`;
  const pick = await messages.ask(question, stops + detail, 'Delete');
  return pick === 'Delete';
}

async function deleteOne(targets: DeleteTargets, thread: Thread): Promise<void> {
  const outcome = await targets.remover.delete(thread.id);
  if (outcome.kind === 'stillRunning') {
    throw new UserError(`“${thread.title}” has not answered the kill and still runs, so it was not deleted.`);
  }
  if (outcome.kind === 'deleted') return;
  const pick = await tellNotArchived(targets, thread, outcome);
  if (pick === AGAIN) await deleteOne(targets, thread);
  if (pick !== ANYWAY || (await targets.remover.deleteLocalData(thread.id))) return;
  throw new UserError(
    `A turn of “${thread.title}” has begun meanwhile, so nothing was deleted. Delete it again to stop it first.`,
  );
}

async function tellNotArchived(
  { holders }: DeleteTargets,
  { id, title }: Thread,
  { isInUse, reason }: DeleteOutcome & { kind: 'notArchived' },
): Promise<string | undefined> {
  const textOf = (why: string): string =>
    `“${title}” was not deleted: Codex could not archive it (${why}). Its log and its place in the list were kept.`;
  if (isInUse) return await tellInUse(holders, id, (holder) => textOf(`it is in use ${holder}`), ANYWAY);
  const pick = await messages.warn(textOf(reason), 'Try Again', ANYWAY);
  return pick === 'Try Again' ? AGAIN : pick;
}
