import * as vscode from 'vscode';
import type { ThreadRenamer } from '../threads/renameThread';
import type { Thread } from '../threads/thread';
import { plainText } from '../vscode/messages';

/** *Codex: Rename*. */
export async function renameThread(renamer: ThreadRenamer, thread: Thread): Promise<void> {
  const name = await vscode.window.showInputBox({
    title: plainText(`Codex: Rename “${thread.title}”`),
    value: thread.name ?? thread.title,
    validateInput: (text) => (text.trim() === '' ? 'Say what the thread is to be called.' : undefined),
  });
  if (name !== undefined && name.trim() !== thread.name) await renamer.rename(thread.id, name.trim());
}
