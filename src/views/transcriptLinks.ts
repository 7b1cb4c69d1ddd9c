import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../base/userError';
import { messages } from '../vscode/messages';
import { openAddress } from '../vscode/openAddress';

const LINK_PROTOCOLS = ['http:', 'https:', 'mailto:'];

/** Opens what a model has linked to, if it is a web page or a mail address; VS Code asks before. */
export async function openLink(href: string): Promise<void> {
  if (isWebLink(href)) await openAddress(new URL(href).href);
}

/** Never a command, a file or another program, nor an address that looks like another one by a name before `@`. */
export function isWebLink(href: string): boolean {
  if (!URL.canParse(href)) return false;
  const { protocol, username, password } = new URL(href);
  return LINK_PROTOCOLS.includes(protocol) && username === '' && password === '';
}

/**
 * Opens a file that a model has named, at `line` (from 1). One that is neither in the folder of the thread nor
 * in one of the window is not even looked at before the person has said so.
 * @throws UserError when there is no such file
 */
export async function openFile(
  path: string,
  line: number | undefined,
  cwd: string | undefined,
): Promise<void> {
  const file = cwd === undefined ? path : resolve(cwd, path);
  if (!isAbsolute(file)) throw new UserError(`Nobody has noted in which folder ${path} lies.`);
  const roots = [cwd, ...workspaceFolders()].filter((folder) => folder !== undefined);
  if (!(await isInside(file, roots)) && !(await isAllowed(file))) return;
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new UserError(`There is no file ${file} (any more).`);
  if (!found.isFile()) throw new UserError(`${file} is no file.`);
  const start = new vscode.Position((line ?? 1) - 1, 0);
  const selection = line === undefined ? {} : { selection: new vscode.Range(start, start) };
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { preview: true, ...selection });
}

function workspaceFolders(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}

/** By name first, and then, as links may lead out of it, by where it really is. */
async function isInside(file: string, folders: readonly string[]): Promise<boolean> {
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
  if (![...folders, ...real].some((folder) => isBelow(file, folder))) return false;
  const realFile = await realpath(file).catch(() => file);
  return [...folders, ...real].some((folder) => isBelow(realFile, folder));
}

function isBelow(file: string, folder: string): boolean {
  const path = relative(folder, file);
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

async function isAllowed(file: string): Promise<boolean> {
  const question = `${file} is outside of the folders that are open here.`;
  return (await messages.info(question, 'Open')) !== undefined;
}
