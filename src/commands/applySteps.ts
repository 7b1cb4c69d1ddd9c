import * as vscode from 'vscode';
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { UserError } from '../base/userError';
import type { FileStep } from '../threads/changes/fileStep';
import { splitLines } from '../threads/changes/lines';
import { singleLine } from '../threads/threadTitle';

/**
 * Carries steps out as one edit of the editor, which Ctrl+Z undoes, and saves. The files have to be what the
 * steps were made for. @throws UserError when the editor does not do it.
 */
export async function applySteps(steps: readonly FileStep[]): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const texts = steps.flatMap((step) => textChangeOf(step) ?? []);
  const ranges = await Promise.all(texts.map(changedRange));
  for (const step of steps) {
    const uri = vscode.Uri.file(step.path);
    if (step.kind === 'delete') edit.deleteFile(uri);
    if (step.kind === 'move') edit.renameFile(uri, vscode.Uri.file(step.movedTo));
    if (step.kind === 'create') edit.createFile(uri, { contents: Buffer.from(step.to) });
  }
  for (const [i, { writtenTo }] of texts.entries()) {
    const range = ranges[i];
    if (range !== undefined) edit.replace(vscode.Uri.file(writtenTo), range.range, range.text);
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new UserError('VS Code could not change the files. Look at which of them are open, and try again.');
  }
  for (const change of texts) await save(change);
}

/** A text that becomes another one. */
interface TextChange {
  readonly path: string;
  readonly from: string;
  /** The same path, or where the file is moved to first. */
  readonly writtenTo: string;
  readonly to: string;
}

function textChangeOf(step: FileStep): TextChange | undefined {
  if (step.kind !== 'write' && step.kind !== 'move') return undefined;
  const { path, from, to } = step;
  return { path, from, to, writtenTo: step.kind === 'move' ? step.movedTo : path };
}

/**
 * The smallest change of the document, so that cursors stay where they are. Undefined where the document is
 * not the file's text to the letter, as with line ends of both kinds: such a file is written when it is saved.
 */
async function changedRange({
  path,
  from,
  to,
}: TextChange): Promise<{ readonly range: vscode.Range; readonly text: string } | undefined> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const [before, after] = [withoutMark(from), withoutMark(to)];
  if (document.getText() !== before) return undefined;
  const [lines, newLines] = [splitLines(before), splitLines(after)];
  const shorter = Math.min(lines.length, newLines.length);
  let start = 0;
  while (start < shorter && lines[start] === newLines[start]) start += 1;
  let same = 0;
  while (same < shorter - start && lines.at(-1 - same) === newLines.at(-1 - same)) same += 1;
  const [first, last] = [start, lines.length - same].map((count) =>
    document.positionAt(lines.slice(0, count).join('').length),
  );
  if (first === undefined || last === undefined) return undefined;
  return {
    range: new vscode.Range(first, last),
    text: newLines.slice(start, newLines.length - same).join(''),
  };
}

/**
 * Saving may format, trim or add line ends: what is on the disk has to be the text itself. Unless somebody was
 * faster, and the file holds neither what was there nor what the editor has just saved: theirs is newer.
 */
async function save({ writtenTo, from, to }: TextChange): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(writtenTo));
  if (document.isDirty && !(await document.save())) {
    const name = singleLine(basename(writtenTo));
    throw new UserError(`${name} could not be saved. Save it, or undo the change in its editor.`);
  }
  const saved = withoutEnds(document.getText());
  const present = await readFile(writtenTo, 'utf8');
  if (present === to) return;
  if (present === from || withoutEnds(present) === saved) await writeFile(writtenTo, to);
}

function withoutEnds(text: string): string {
  return withoutMark(text).replace(/\r\n?/g, '\n');
}

/** VS Code keeps the byte order mark out of the document. */
function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, '');
}
