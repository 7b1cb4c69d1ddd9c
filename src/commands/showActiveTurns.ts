import type { ThreadReader } from '../threads/threadStore';
import { pickThread } from './pickThread';

/** The status bar's click: the turns under way; choosing one opens its transcript. */
export async function showActiveTurns(
  threads: ThreadReader,
  show: (threadId: string) => Promise<void>,
): Promise<void> {
  const active = threads.active();
  const id = await pickThread(
    active,
    active.length === 1 ? '1 turn is active' : `${active.length} turns are active`,
  );
  if (id !== undefined) await show(id);
}
