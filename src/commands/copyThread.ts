import * as vscode from 'vscode';
import { UserError } from '../base/userError';
import type { Thread } from '../threads/thread';

/** *Codex: Copy Thread ID*. */
export async function copyThreadId(thread: Thread): Promise<void> {
  await vscode.env.clipboard.writeText(thread.id);
}

/** *Codex: Copy Codex Resume Command*: for going on in a terminal. */
export async function copyResumeCommand(thread: Thread): Promise<void> {
  await vscode.env.clipboard.writeText(`codex resume ${thread.id}`);
}

/** *Codex: Open Folder*: the folder in which the thread works, in a window of its own. */
export async function openFolder(thread: Thread): Promise<void> {
  if (thread.cwd === undefined)
    throw new UserError(`Nobody has noted in which folder “${thread.title}” works.`);
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(thread.cwd), {
    forceNewWindow: true,
  });
}

/** Of a turn, a step or a file: its prompt, command, message or path. */
export async function copyText(text: string | undefined): Promise<void> {
  if (text !== undefined) await vscode.env.clipboard.writeText(text);
}
