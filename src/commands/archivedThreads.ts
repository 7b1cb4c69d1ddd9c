import { errorText, UserError } from '../base/userError';
import type { ArchivedThread, ArchivedThreads } from '../threads/archivedThreads';
import { messages } from '../vscode/messages';

/** Rows of the *Archived* group. */
export type ArchivedRows = readonly ArchivedThread[];

/** *Codex: Restore*. */
export async function restoreThreads(archived: ArchivedThreads, threads: ArchivedRows): Promise<void> {
  await eachOf(threads, (thread) => archived.restore(thread));
}

/** *Codex: Delete Permanently*: the one thing that cannot be undone, so that it has a question of its own. */
export async function deletePermanently(archived: ArchivedThreads, threads: ArchivedRows): Promise<void> {
  const [first] = threads;
  if (first === undefined) return;
  const what = threads.length === 1 ? `“${first.title}”` : `${threads.length} threads`;
  const detail =
    'Codex removes the conversation for ever. This cannot be undone. No file of your project is touched.';
  if ((await messages.ask(`Delete ${what} permanently?`, detail, 'Delete Permanently')) === undefined) return;
  await eachOf(threads, (thread) => archived.deletePermanently(thread));
}

/** One that fails does not keep the others. */
async function eachOf(
  threads: ArchivedRows,
  action: (thread: ArchivedThread) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const thread of threads) await action(thread).catch((error: unknown) => failures.push(error));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new UserError(failures.map(errorText).join(' '));
}
