import type { ThreadStore } from '../threads/threadStore';
import { pickThread } from './pickThread';
import type { ThreadArgument } from './pickThread';

/** *Codex: Open Log*: of the given row, or of a thread that the person picks. */
export async function openLog(
  store: ThreadStore,
  show: (threadId: string) => Promise<void>,
  argument: ThreadArgument,
): Promise<void> {
  const id = argument?.id ?? (await pickThread([...store.all()], 'Open the log of which thread?'));
  if (id !== undefined) await show(id);
}
