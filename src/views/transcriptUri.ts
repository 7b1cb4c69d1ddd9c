import * as vscode from 'vscode';
import { cutAtWord } from '../threads/threadTitle';
import { EditorId } from '../vscode/contributions';

/** Also in package.json, in the pattern of the custom editor. */
const SCHEME = 'codex-thread';

/** What the tab of a thread's transcript opens; the last part is the title where an editor sets none. */
export function transcriptUri(threadId: string, title: string): vscode.Uri {
  const name = cutAtWord(title, 40).replace(/[\\/]/gu, '-').replace(/^\.+$/u, '…');
  return vscode.Uri.from({ scheme: SCHEME, path: `/${threadId}/${name}` });
}

/** The thread of such an URI; empty where somebody has made one up. */
export function threadOfTranscript(uri: vscode.Uri): string {
  return uri.path.split('/')[1] ?? '';
}

/** The title that an URI was made with. */
export function titleInTranscript(uri: vscode.Uri): string {
  return uri.path.split('/')[2] ?? '';
}

/**
 * What the transcript of a thread is open as: one that was renamed meanwhile keeps its tab, and with it the
 * place that was scrolled to and the text that was typed.
 */
export function openTranscriptUri(threadId: string): vscode.Uri | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.map(transcriptOf).find((uri) => uri !== undefined && threadOfTranscript(uri) === threadId);
}

/** Whether the transcript of a thread is on the screen, in whichever group. */
export function isTranscriptShown(threadId: string): boolean {
  return vscode.window.tabGroups.all.some(({ activeTab }) => {
    const uri = activeTab === undefined ? undefined : transcriptOf(activeTab);
    return uri !== undefined && threadOfTranscript(uri) === threadId;
  });
}

function transcriptOf({ input }: vscode.Tab): vscode.Uri | undefined {
  if (!(input instanceof vscode.TabInputCustom)) return undefined;
  return input.viewType === EditorId.transcript ? input.uri : undefined;
}
