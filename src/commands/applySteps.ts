import * as vscode from 'vscode';
import { readFile, writeFile } from 'node:fs/promises';
import { errorText, UserError } from '../base/userError';
import type { FileStep } from '../threads/changes/fileStep';
import { splitLines } from '../threads/changes/lines';
import { singleLine } from '../threads/threadTitle';
import { filesText, nameText } from './revertText';

/**
 * Carries steps out as one edit of the editor, which Ctrl+Z undoes, and saves. The files have to be what the
 * steps were made for. @returns what to tell where all is done, but some files could not be saved.
 * @throws UserError when the editor does not do it.
 */
export async function applySteps(steps: readonly FileStep[]): Promise<UserError | undefined> {
  const texts = steps.flatMap((step) => textChangeOf(step) ?? []);
  const opened = await Promise.all(
    texts.map(async (change) => ({ change, document: await open(change.path) })),
  );
  // Nothing is awaited from here to the edit: VS Code refuses it for documents that change after that.
  const changes = opened.map(({ change, document }) => ({ change, range: changedRange(change, document) }));
  const edit = editOf(steps, changes);
  // Of an empty edit, as when all is left to saving, VS Code says that it failed.
  const isEmpty = edit.size === 0 && steps.every(({ kind }) => kind === 'write');
  if (!isEmpty && !(await vscode.workspace.applyEdit(edit))) {
    throw new UserError('VS Code could not change the files. Look at which of them are open, and try again.');
  }
  const failures = await saveAll(
    await Promise.all(
      changes.map(async ({ change, range }) => {
        // Where it cannot be opened, saving says why.
        const document = await open(change.writtenTo).catch(() => undefined);
        return { change, version: document?.version, isEdited: range !== undefined };
      }),
    ),
  );
  return failures.length === 0 ? undefined : notSaved(failures, steps.length);
}

function editOf(
  steps: readonly FileStep[],
  changes: readonly { readonly change: TextChange; readonly range: ChangedRange | undefined }[],
): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const step of steps) {
    const uri = vscode.Uri.file(step.path);
    if (step.kind === 'delete') edit.deleteFile(uri);
    if (step.kind === 'move') edit.renameFile(uri, vscode.Uri.file(step.movedTo));
    if (step.kind === 'create') edit.createFile(uri, { contents: Buffer.from(step.to) });
  }
  for (const { change, range } of changes) {
    if (range !== undefined) edit.replace(vscode.Uri.file(change.writtenTo), range.range, range.text);
  }
  return edit;
}

async function open(path: string): Promise<vscode.TextDocument> {
  return await vscode.workspace.openTextDocument(vscode.Uri.file(path));
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

interface ChangedRange {
  readonly range: vscode.Range;
  readonly text: string;
}

/**
 * The smallest change of the document, so that cursors stay where they are. Undefined where the document is
 * not the file's text to the letter, as with line ends of both kinds: such a file is written when it is saved.
 * @throws UserError when somebody has begun to type into it.
 */
function changedRange(
  { path, from, to }: TextChange,
  document: vscode.TextDocument,
): ChangedRange | undefined {
  if (document.isDirty) {
    throw new UserError(`Nothing was changed. ${nameText(path)} has unsaved changes. Save it first.`);
  }
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

/** A document as the edit has left it. */
interface EditedDocument {
  readonly change: TextChange;
  readonly version: number | undefined;
  /** False where there was no range to change. */
  readonly isEdited: boolean;
}

interface Failure {
  readonly path: string;
  readonly cause: unknown;
}

async function saveAll(documents: readonly EditedDocument[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const document of documents) {
    try {
      await save(document);
    } catch (cause) {
      failures.push({ path: document.change.writtenTo, cause });
    }
  }
  return failures;
}

/**
 * Saving may format, trim or add line ends: what is on the disk has to be the text itself. Unless somebody was
 * faster: has typed since the edit, or the file holds neither what was there nor what the editor has just
 * saved. Theirs is newer. @throws Error that says why the file is not what it was to become.
 */
async function save({ change, version, isEdited }: EditedDocument): Promise<void> {
  const { writtenTo, from, to } = change;
  const document = await open(writtenTo);
  const isTheirs = document.version !== version;
  if (isTheirs && !isEdited) throw new Error('changed meanwhile');
  if (document.isDirty && !(await document.save())) throw new Error('VS Code could not save it');
  if (isTheirs) return;
  const saved = withoutEnds(document.getText());
  const present = await readFile(writtenTo, 'utf8');
  if (present === to) return;
  if (present === from || withoutEnds(present) === saved) await writeFile(writtenTo, to);
}

function notSaved(failures: readonly Failure[], count: number): UserError {
  const names = failures.map(({ path, cause }) => `${nameText(path)} (${singleLine(errorText(cause))})`);
  const some = `${failures.length} of ${filesText(count)} could not be saved: ${names.join(', ')}.`;
  return new UserError(`${some} Open each, and save it or undo the change.`);
}

function withoutEnds(text: string): string {
  return withoutMark(text).replace(/\r\n?/g, '\n');
}

/** VS Code keeps the byte order mark out of the document. */
function withoutMark(text: string): string {
  return text.replace(/^\ufeff/, '');
}
