import { UserError } from '../base/userError';
import type { ThreadRemover } from '../threads/deleteThread';
import { isActive } from '../threads/thread';
import type { Thread } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { pickThreads } from './pickThread';
import { messages } from '../vscode/messages';

/** *Codex: Delete*: asks once for all of them, saying exactly what goes and what stays. */
export async function deleteThreads(
  remover: ThreadRemover,
  threads: ThreadReader,
  ids: readonly string[],
): Promise<void> {
  const chosen = ids.length > 0 ? ids : await pickThreads([...threads.all()], 'Delete which threads?');
  const doomed = chosen.flatMap((id) => threads.get(id) ?? []);
  if (doomed.length === 0 || !(await isConfirmed(doomed))) return;
  for (const thread of doomed) await deleteOne(remover, thread);
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

async function deleteOne(remover: ThreadRemover, thread: Thread): Promise<void> {
  const outcome = await remover.delete(thread.id);
  switch (outcome.kind) {
    case 'deleted':
      return;
    case 'stillRunning':
      throw new UserError(
        `“${thread.title}” has not answered the kill and still runs, so it was not deleted.`,
      );
    case 'notArchived': {
      const why = outcome.isInUse ? 'another program has it open' : outcome.reason;
      const pick = await messages.warn(
        `“${thread.title}” was not deleted: Codex could not archive it (${why}). Its log and its place in the list were kept.`,
        'Try Again',
        'Delete Local Data Anyway',
      );
      if (pick === 'Try Again') await deleteOne(remover, thread);
      if (pick === 'Delete Local Data Anyway') await remover.deleteLocalData(thread.id);
    }
  }
}
