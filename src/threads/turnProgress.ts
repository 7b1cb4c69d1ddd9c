import { isRecord, optionalString } from '../base/record';
import { parseHistoryItem } from './history/historyItem';
import type { HistoryItem } from './history/turn';
import { turnErrorMessage } from './turnItem';
import type { FileEdit } from './turnItem';

/** A command of the turn that ran to its end. */
export interface CommandRun {
  readonly command: string;
  readonly exitCode: number | null;
  readonly durationMs: number | null;
}

/** What a turn did, as it becomes known; each is told once, in the order of the turn. */
export type TurnStep =
  | { readonly kind: 'commandStarted'; readonly command: string }
  | { readonly kind: 'commandCompleted'; readonly command: string; readonly exitCode: number | null }
  | { readonly kind: 'commandRejected'; readonly command: string; readonly status: string }
  | { readonly kind: 'fileEdited'; readonly path: string; readonly edit: FileEdit['kind'] }
  | { readonly kind: 'fileChangeRejected'; readonly paths: readonly string[]; readonly status: string }
  | { readonly kind: 'commentary'; readonly text: string }
  | { readonly kind: 'reviewTaken'; readonly review: string }
  | { readonly kind: 'error'; readonly message: string; readonly willRetry: boolean };

const MAX_KEPT_DELTA_TEXT = 4 * 1024 * 1024; // characters; a runaway model must not fill the memory

/**
 * Collects what the notifications of one turn say. Commands and items may arrive late, twice or never end;
 * nothing here relies on a start having been seen.
 */
export class TurnProgress {
  readonly #streamed = new Map<string, string>();
  readonly #messages = new Map<string, string>();
  readonly #finalAnswers: string[] = [];
  readonly #filesChanged: FileEdit[] = [];
  readonly #commandsRun: CommandRun[] = [];
  readonly #openChanges = new Map<string, readonly FileEdit[]>();
  #review: string | undefined;
  #streamedLength = 0;

  get filesChanged(): readonly FileEdit[] {
    return this.#filesChanged;
  }

  get commandsRun(): readonly CommandRun[] {
    return this.#commandsRun;
  }

  /** The answer: a review's text, else the final answers, else every message as far as it came. */
  get output(): string {
    if (this.#review !== undefined) return this.#review;
    if (this.#finalAnswers.length > 0) return this.#finalAnswers.join('\n');
    return [...new Set([...this.#messages.keys(), ...this.#streamed.keys()])]
      .map((id) => this.#messages.get(id) ?? this.#streamed.get(id) ?? '')
      .filter((text) => text !== '')
      .join('\n');
  }

  /** The part of the answer that no log line holds yet: what is being written, and final answers. */
  get unlogged(): string {
    return [...this.#finalAnswers, ...this.#streamed.values()].filter((text) => text !== '').join('\n');
  }

  /** What a change which has begun is about. */
  editsOf(itemId: string): readonly FileEdit[] {
    return this.#openChanges.get(itemId) ?? [];
  }

  /** `item/agentMessage/delta`. */
  addDelta(params: unknown): void {
    if (!isRecord(params)) return;
    const itemId = optionalString(params.itemId) ?? '';
    const delta = optionalString(params.delta) ?? '';
    if (this.#streamedLength + delta.length > MAX_KEPT_DELTA_TEXT) return;
    this.#streamedLength += delta.length;
    this.#streamed.set(itemId, (this.#streamed.get(itemId) ?? '') + delta);
  }

  /** `item/started`. */
  itemStarted(item: unknown): readonly TurnStep[] {
    const parsed = parseHistoryItem(item, false);
    if (parsed?.kind === 'fileChange') this.#openChanges.set(parsed.id, parsed.changes);
    return parsed?.kind === 'command' ? [{ kind: 'commandStarted', command: parsed.command }] : [];
  }

  /** `item/completed`: what it holds replaces what was streamed. */
  itemCompleted(item: unknown): readonly TurnStep[] {
    const parsed = parseHistoryItem(item, true);
    return parsed === undefined ? [] : this.#complete(parsed);
  }

  /** `error`: a failure, or with `willRetry` just a delay. */
  error(params: unknown): readonly TurnStep[] {
    if (!isRecord(params)) return [];
    const message = turnErrorMessage(params.error) ?? 'unknown error';
    return [{ kind: 'error', message, willRetry: params.willRetry === true }];
  }

  #complete(item: HistoryItem): readonly TurnStep[] {
    switch (item.kind) {
      case 'message':
        return this.#completeMessage(item);
      case 'command':
        return this.#completeCommand(item);
      case 'fileChange':
        return this.#completeFileChange(item);
      case 'review':
        this.#review = item.text;
        return [{ kind: 'reviewTaken', review: item.text }];
      default:
        return [];
    }
  }

  #completeMessage(item: HistoryItem & { kind: 'message' }): readonly TurnStep[] {
    this.#streamedLength -= this.#streamed.get(item.id)?.length ?? 0;
    this.#streamed.delete(item.id);
    if (item.text === '') return [];
    this.#messages.set(item.id, item.text);
    if (!item.isFinal) return [{ kind: 'commentary', text: item.text }];
    this.#finalAnswers.push(item.text);
    return [];
  }

  #completeCommand(item: HistoryItem & { kind: 'command' }): readonly TurnStep[] {
    const { command, status, exitCode, durationMs } = item;
    const rejected: TurnStep[] = status === 'completed' ? [] : [{ kind: 'commandRejected', command, status }];
    // Codex says "failed" of a command that ran and returned something else than 0, too.
    if (status !== 'completed' && exitCode === undefined) return rejected;
    this.#commandsRun.push({ command, exitCode: exitCode ?? null, durationMs: durationMs ?? null });
    return [...rejected, { kind: 'commandCompleted', command, exitCode: exitCode ?? null }];
  }

  #completeFileChange(item: HistoryItem & { kind: 'fileChange' }): readonly TurnStep[] {
    const { id, status, changes } = item;
    this.#openChanges.delete(id);
    if (status !== 'completed') {
      return [{ kind: 'fileChangeRejected', paths: changes.map((change) => change.path), status }];
    }
    this.#filesChanged.push(...changes);
    return changes.map(({ path, kind }) => ({ kind: 'fileEdited', path, edit: kind }));
  }
}
