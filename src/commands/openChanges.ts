import type { ThreadReader } from '../threads/threadStore';
import { messages } from '../vscode/messages';
import { pickThread } from './pickThread';

/** The editors that show what was changed. Both open nothing, and say false, where there is nothing to show. */
export interface ChangeEditors {
  readonly openAll: (threadId: string, turnId?: string) => Promise<boolean>;
  readonly openFile: (
    threadId: string,
    turnId: string | undefined,
    path: string,
    preserveFocus?: boolean,
  ) => Promise<boolean>;
}

/** What showing changes needs. */
export interface ChangesTargets {
  /** The threads that the window shows. */
  readonly threads: ThreadReader;
  readonly changeEditors: ChangeEditors;
}

/** A thread by its row or a notification, or one turn of it. */
export interface ChangesArgument {
  readonly id?: string;
  readonly threadId?: string;
  readonly turnId?: string;
}

/** A file of a turn, or without one of all turns. */
export interface FileChangeArgument {
  readonly threadId: string;
  readonly turnId?: string;
  /** As codex names it. */
  readonly path: string;
  /** True where it is not said: who goes through rows stays there. */
  readonly preserveFocus?: boolean;
}

/** *Codex: Open All Changes*: of a turn, of a thread, or of a thread that the person picks. */
export async function openChanges(
  { threads, changeEditors }: ChangesTargets,
  argument: ChangesArgument | undefined,
): Promise<void> {
  const id =
    argument?.threadId ?? argument?.id ?? (await pickThread([...threads.all()], 'Changes of which thread?'));
  if (id === undefined || (await changeEditors.openAll(id, argument?.turnId))) return;
  await messages.info(
    argument?.turnId === undefined ? 'This thread has changed no files.' : 'This turn has changed no files.',
  );
}

/** *Codex: Open Changes*: of one file. */
export async function openFileChange(
  { changeEditors }: Pick<ChangesTargets, 'changeEditors'>,
  { threadId, turnId, path, preserveFocus = true }: FileChangeArgument,
): Promise<void> {
  if (await changeEditors.openFile(threadId, turnId, path, preserveFocus)) return;
  await messages.info('No change was left in that file.');
}
