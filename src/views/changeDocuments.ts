import * as vscode from 'vscode';
import { basename } from 'node:path';
import { DisposableStore } from '../base/disposable';
import type { ChangedContents, changedContents } from '../threads/changes/changedContents';
import type { LoadedTurns, ThreadChanges } from '../threads/changes/threadChanges';
import type { ThreadReader } from '../threads/threadStore';
import { singleLine } from '../threads/threadTitle';
import { ComputedFiles } from './computedFiles';

/** Also in package.json, as `onFileSystem:codex-changes`. */
const SCHEME = 'codex-changes';

/** One side of what a turn, or a whole thread, made of a file. */
interface ChangedSide {
  readonly threadId: string;
  readonly turnId: string | undefined;
  readonly side: 'before' | 'after';
  readonly path: string;
}

/** Shows what threads changed in VS Code's own diff editors: read-only, but for files that still are that way. */
export class ChangeDocuments implements vscode.Disposable {
  readonly #threads: ThreadReader;
  readonly #changes: Pick<ThreadChanges, 'load'>;
  readonly #scheme: string;
  readonly #lifetime = new DisposableStore();
  readonly #files = this.#lifetime.add(new ComputedFiles((uri) => this.#read(uri)));
  /** What was read last; an editor with many files reads each when it comes into sight. */
  #loaded:
    | { readonly threadId: string; readonly from: string | undefined; readonly turns: Promise<LoadedTurns> }
    | undefined;

  constructor(threads: ThreadReader, changes: Pick<ThreadChanges, 'load'>, scheme = SCHEME) {
    this.#threads = threads;
    this.#changes = changes;
    this.#scheme = scheme;
    this.#lifetime.add(
      vscode.workspace.registerFileSystemProvider(scheme, this.#files, { isReadonly: true }),
    );
    this.#lifetime.add(
      threads.onDidChange((changed) => {
        if (changed.some(({ id }) => id === this.#loaded?.threadId)) this.#loaded = undefined;
      }),
    );
  }

  /**
   * Opens all files that a turn, or without one the thread, changed in one editor. False when there are none.
   * @throws UserError when its history cannot be read.
   */
  async openAll(threadId: string, turnId?: string): Promise<boolean> {
    const loaded = await this.#load(threadId, turnId);
    const all = await contentsOf(loaded, turnId);
    if (all.length === 0) return false;
    const resources = all.map((contents) => {
      const { before, after } = this.#sides(threadId, turnId, contents);
      return [
        labelOf(contents),
        contents.before === null ? undefined : before,
        contents.after === null ? undefined : after,
      ];
    });
    this.#refresh(resources.flat());
    const title = singleLine(this.#threads.get(threadId)?.title ?? 'Thread');
    const what = turnId === undefined ? title : `${turnName(loaded, turnId)} · ${title}`;
    await vscode.commands.executeCommand('vscode.changes', `Changes of ${what}`, resources);
    return true;
  }

  /**
   * Opens the diff of one file of a turn, or without one of the thread. False when no change was left in it.
   * @throws UserError
   */
  async openFile(
    threadId: string,
    turnId: string | undefined,
    path: string,
    preserveFocus = false,
  ): Promise<boolean> {
    const loaded = await this.#load(threadId, turnId);
    const [contents] = await contentsOf(loaded, turnId, path);
    if (contents === undefined) return false;
    const { before, after } = this.#sides(threadId, turnId, contents);
    this.#refresh([before, after]);
    const name = singleLine(basename(contents.file.movedTo ?? contents.file.path));
    const title = `${name} (${turnId === undefined ? 'All Turns' : turnName(loaded, turnId)})`;
    await vscode.commands.executeCommand('vscode.diff', before, after, title, {
      preview: true,
      preserveFocus,
    });
    return true;
  }

  dispose(): void {
    this.#lifetime.dispose();
  }

  /** Anew: the person asks for what is so now. */
  #load(threadId: string, from: string | undefined): Promise<LoadedTurns> {
    const turns = this.#changes.load(threadId, from);
    this.#loaded = { threadId, from, turns };
    turns.catch(() => {
      if (this.#loaded?.turns === turns) this.#loaded = undefined; // the next look tries again
    });
    return turns;
  }

  #sides(
    threadId: string,
    turnId: string | undefined,
    { file, presentPath }: ChangedContents,
  ): { before: vscode.Uri; after: vscode.Uri } {
    const uri = (side: ChangedSide['side'], path: string): vscode.Uri => {
      const query = new URLSearchParams({
        threadId,
        side,
        path,
        ...(turnId === undefined ? {} : { turnId }),
      });
      return vscode.Uri.file(path).with({ scheme: this.#scheme, query: query.toString() });
    };
    return {
      before: uri('before', file.path),
      after:
        presentPath === undefined ? uri('after', file.movedTo ?? file.path) : vscode.Uri.file(presentPath),
    };
  }

  async #read(uri: vscode.Uri): Promise<string> {
    const { threadId, turnId, side, path } = sideOf(uri);
    const isLoaded = this.#loaded?.threadId === threadId && this.#loaded.from === turnId;
    const loaded =
      (await (isLoaded ? this.#loaded?.turns : undefined)) ?? (await this.#load(threadId, turnId));
    const contents = (await contentsOf(loaded, turnId, path)).find((each) => hasSide(each, side, path));
    return contents?.[side] ?? '';
  }

  /** What is open of them was true when it was opened. */
  #refresh(uris: readonly (vscode.Uri | undefined)[]): void {
    this.#files.tellChanged(
      ...uris.filter((uri) => uri?.scheme === this.#scheme).filter((uri) => uri !== undefined),
    );
  }
}

/** What takes changes apart is not loaded before somebody looks at some. */
async function contentsOf(...wanted: Parameters<typeof changedContents>): Promise<ChangedContents[]> {
  const { changedContents } = await import('../threads/changes/changedContents');
  return await changedContents(...wanted);
}

function sideOf(uri: vscode.Uri): ChangedSide {
  const query = new URLSearchParams(uri.query);
  return {
    threadId: query.get('threadId') ?? '',
    turnId: query.get('turnId') ?? undefined,
    side: query.get('side') === 'before' ? 'before' : 'after',
    path: query.get('path') ?? '',
  };
}

/** Where a file was moved away and another one put there, a path names two. */
function hasSide({ file, before, after }: ChangedContents, side: ChangedSide['side'], path: string): boolean {
  return side === 'before'
    ? before !== null && file.path === path
    : after !== null && (file.movedTo ?? file.path) === path;
}

/** By which the editor names a file and opens it. */
function labelOf({ file }: ChangedContents): vscode.Uri {
  return vscode.Uri.file(file.movedTo ?? file.path);
}

function turnName({ numberOf }: LoadedTurns, turnId: string): string {
  const number = numberOf(turnId);
  return number === undefined ? 'Turn' : `Turn ${number}`;
}
