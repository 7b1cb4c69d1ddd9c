import type { ThreadStore } from '../threads/threadStore';
import { pickThread } from './pickThread';
import type { ThreadArgument } from './pickThread';

/** *Codex: Open Transcript*: of the given row, or of a thread that the person picks. */
export async function openTranscript(
  store: ThreadStore,
  show: (threadId: string, preserveFocus?: boolean) => Promise<void>,
  argument: (ThreadArgument & { readonly preserveFocus?: boolean }) | undefined,
): Promise<void> {
  const id = argument?.id ?? (await pickThread([...store.all()], 'Open the transcript of which thread?'));
  if (id !== undefined) await show(id, argument?.preserveFocus);
}
