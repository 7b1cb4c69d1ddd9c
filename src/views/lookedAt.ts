import * as vscode from 'vscode';
import { threadOfOutput } from './outputDocuments';
import { isTranscriptShown } from './transcriptUri';

/** True while the person has the thread in front of them: nothing of it needs telling. */
export function isLookedAt(threadId: string): boolean {
  const active = vscode.window.activeTextEditor?.document.uri;
  return vscode.window.state.focused && (threadOfOutput(active) === threadId || isTranscriptShown(threadId));
}
