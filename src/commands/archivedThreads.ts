import type { ArchivedThread, ArchivedThreads } from '../threads/archivedThreads';
import { messages } from '../vscode/messages';

/** Rows of the *Archived* group. */
export type ArchivedRows = readonly ArchivedThread[];

/** *Codex: Restore*. */
export async function restoreThreads(archived: ArchivedThreads, threads: ArchivedRows): Promise<void> {
  for (const thread of threads) await archived.restore(thread);
}

/** *Codex: Delete Permanently*: the one thing that cannot be undone, so that it has a question of its own. */
export async function deletePermanently(archived: ArchivedThreads, threads: ArchivedRows): Promise<void> {
  const [first] = threads;
  if (first === undefined) return;
  const what = threads.length === 1 ? `“${first.title}”` : `${threads.length} threads`;
  const detail =
    'Codex removes the conversation for ever. This cannot be undone. No file of your project is touched.';
  if ((await messages.ask(`Delete ${what} permanently?`, detail, 'Delete Permanently')) === undefined) return;
  for (const { id } of threads) await archived.deletePermanently(id);
}
