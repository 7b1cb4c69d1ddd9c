import * as vscode from 'vscode';
import { readPresentFile } from '../threads/changes/presentFile';
import type { Disk } from '../threads/changes/revertPlan';
import { placeProblem } from '../threads/changes/writablePlace';

/** The files of the disk, as far as a thread that works in `cwd` may have changed them and no editor is at them. */
export function editorDisk(cwd: string | undefined): Disk {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const roots = [...(cwd === undefined ? [] : [cwd]), ...folders.map(({ uri }) => uri.fsPath)];
  return {
    read: readPresentFile,
    obstacle: async (path) => (hasUnsavedChanges(path) ? 'unsaved' : await placeProblem(path, roots)),
  };
}

function hasUnsavedChanges(path: string): boolean {
  const { fsPath } = vscode.Uri.file(path);
  const isIt = (uri: vscode.Uri): boolean => uri.scheme === 'file' && uri.fsPath === fsPath;
  const { textDocuments, notebookDocuments } = vscode.workspace;
  return [...textDocuments, ...notebookDocuments].some(({ uri, isDirty }) => isDirty && isIt(uri));
}
