import type { ThreadReader } from '../threads/threadStore';
import { messages } from '../vscode/messages';
import { pickThread } from './pickThread';
import type { ThreadArgument } from './pickThread';

/** What showing them needs. */
export interface RequestedChangesTargets {
  readonly threads: ThreadReader;
  /** False where the thread asks for nothing that could be shown. */
  readonly showRequested: (threadId: string) => Promise<boolean>;
}

/** *Codex: Show Changes*: what a turn asks to change, before it may. */
export async function showRequestedChanges(
  { threads, showRequested }: RequestedChangesTargets,
  row: ThreadArgument,
): Promise<void> {
  const asking = threads.active().filter(({ pendingApproval }) => pendingApproval?.edits !== undefined);
  const id = row?.id ?? (await pickThread(asking, 'Changes of which thread?'));
  if (id === undefined || (await showRequested(id))) return;
  await messages.info('This thread asks to change no files just now.');
}
