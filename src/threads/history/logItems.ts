import { END_OF_OUTPUT } from '../../state/logBodies';
import type { FileEdit } from '../turnItem';
import { keepStart } from './itemText';
import { closedItem } from './historyItem';
import type { HistoryItem, ProgressStatus } from './turn';

type Command = HistoryItem & { readonly kind: 'command' };

const TIMED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (.*)$/s;
const OUTPUT = 'agent output:';
/** What the CLI says itself, not the model: of approvals, its guardian, questions, goals. */
const NOTE = /^(APPROVAL NEEDED|Guardian |QUESTION FROM|Question |Goal |WARNING: |Asked something )/;

/**
 * The items of a turn out of the lines of its log, as both generations of the CLI and our own runs write it. A
 * log tells no output of commands and no diffs, and the answer only when the turn has ended.
 */
export class LogItems {
  readonly #since: number;
  readonly #items = new Map<string, HistoryItem>();
  /** When each open command began (epoch ms). */
  readonly #begins = new Map<string, number>();
  #last: HistoryItem | undefined;
  #block: string[] | undefined;
  #isBefore = true;
  #count = 0;
  #firstAt: number | undefined;
  #lastAt: number | undefined;

  /** @param since lines of before that time (epoch ms) belong to earlier turns */
  constructor(since = 0) {
    this.#since = since;
    this.#isBefore = since > 0;
  }

  /** In the order in which they began. */
  get items(): readonly HistoryItem[] {
    return [...this.#items.values()];
  }

  /** The one that began last. */
  get last(): HistoryItem | undefined {
    return this.#last;
  }

  /** Epoch milliseconds of the first and the last line. */
  get firstAt(): number | undefined {
    return this.#firstAt;
  }

  get lastAt(): number | undefined {
    return this.#lastAt;
  }

  /** Takes a line without its end; the id of the item that it added or changed. */
  add(line: string): string | undefined {
    if (this.#block !== undefined) return this.#addToBlock(line);
    const [, time, body] = TIMED.exec(line) ?? [];
    if (time === undefined || body === undefined) return undefined;
    const at = Date.parse(time);
    this.#isBefore = at < this.#since;
    if (!this.#isBefore) {
      this.#firstAt ??= at;
      this.#lastAt = at;
    }
    if (body === OUTPUT) {
      this.#block = [];
      return undefined;
    }
    return this.#isBefore ? undefined : this.#addBody(body, at);
  }

  /** Closes what has not ended; the ids of what changed. */
  close(status: ProgressStatus): string[] {
    const open = [...this.#items.values()].filter((item) => closedItem(item, status) !== item);
    for (const item of open) this.#put(closedItem(item, status));
    return open.map(({ id }) => id);
  }

  #addToBlock(line: string): string | undefined {
    if (this.#block === undefined || line !== END_OF_OUTPUT) {
      this.#block?.push(line);
      return undefined;
    }
    const text = keepStart(this.#block.join('\n'));
    this.#block = undefined;
    if (this.#isBefore) return undefined;
    return this.#put({ ...this.#next('completed'), kind: 'message', text, isFinal: true });
  }

  #addBody(body: string, at: number): string | undefined {
    const completed = /^command: (.*) \(exit (-?\d+|\?)\)$/s.exec(body);
    if (completed !== null) return this.#commandCompleted(completed[1] ?? '', Number(completed[2]), at);
    if (!body.startsWith('[codex] ')) return undefined;
    const said = body.slice('[codex] '.length);
    return this.#addCommand(said, at) ?? this.#addFileChange(said) ?? this.#addWords(said);
  }

  #addCommand(said: string, at: number): string | undefined {
    const running = /^Running: (.*)$/s.exec(said)?.[1];
    if (running !== undefined) {
      const earlier = this.#openCommand(running);
      // It never ran: no exit code is to come.
      if (earlier?.status === 'failed') this.#begins.delete(earlier.id);
      const id = this.#put(this.#command(running, 'running'));
      this.#begins.set(id, at);
      return id;
    }
    const [, status, command] = /^Command (declined|failed): (.*)$/s.exec(said) ?? [];
    if (command === undefined) return undefined;
    const open = this.#openCommand(command) ?? this.#command(command, 'running');
    if (status === 'declined') this.#begins.delete(open.id);
    return this.#put({ ...open, status: status === 'declined' ? 'declined' : 'failed' });
  }

  /** The line of a command that failed comes before the one with its exit code. */
  #commandCompleted(command: string, exitCode: number, at: number): string {
    const open = this.#openCommand(command) ?? this.#command(command, 'running');
    const begin = this.#begins.get(open.id);
    this.#begins.delete(open.id);
    return this.#put({
      ...open,
      status: open.status === 'failed' || exitCode > 0 ? 'failed' : 'completed',
      exitCode: Number.isNaN(exitCode) ? undefined : exitCode,
      durationMs: begin === undefined ? undefined : Math.max(0, at - begin),
    });
  }

  #addFileChange(said: string): string | undefined {
    const [, path, kind] = /^Edited: (.*) \((add|delete|update)\)$/s.exec(said) ?? [];
    if (path !== undefined) {
      const edit: FileEdit = { path, kind: kind === 'add' || kind === 'delete' ? kind : 'update', diff: '' };
      return this.#put({ ...this.#next('completed'), kind: 'fileChange', changes: [edit] });
    }
    const [, status, paths] = /^File change (declined|failed): (.*)$/s.exec(said) ?? [];
    if (paths === undefined) return undefined;
    const changes = paths.split(', ').map((each): FileEdit => ({ path: each, kind: 'update', diff: '' }));
    const ended = this.#next(status === 'declined' ? 'declined' : 'failed');
    return this.#put({ ...ended, kind: 'fileChange', changes });
  }

  #addWords(said: string): string | undefined {
    const last = this.#last;
    // The details of what the CLI says stand in lines of their own.
    if (said.startsWith('  ')) {
      if (last?.kind !== 'note') return undefined;
      return this.#put({ ...last, text: `${last.text}\n${said.trim()}` });
    }
    const error = /^Error: (.*)$/s.exec(said)?.[1];
    if (error === undefined) {
      const isNote = NOTE.test(said);
      return this.#put({
        ...this.#next('completed'),
        ...(isNote ? { kind: 'note', text: said } : { kind: 'message', text: said, isFinal: false }),
      });
    }
    const willRetry = error.endsWith(' (will retry)');
    const { id } = last?.kind === 'error' && last.willRetry ? last : this.#next('failed');
    const message = willRetry ? error.slice(0, -' (will retry)'.length) : error;
    return this.#put({ id, kind: 'error', status: willRetry ? 'running' : 'failed', message, willRetry });
  }

  /** One that has begun with these words, and of which the exit code is not known. */
  #openCommand(command: string): Command | undefined {
    for (const id of this.#begins.keys()) {
      const item = this.#items.get(id);
      if (item?.kind === 'command' && item.command === command) return item;
    }
    return undefined;
  }

  #command(command: string, status: ProgressStatus): Command {
    return {
      ...this.#next(status),
      kind: 'command',
      command,
      cwd: undefined,
      exitCode: undefined,
      output: '',
    };
  }

  #next(status: ProgressStatus): Pick<HistoryItem, 'id' | 'status'> {
    return { id: `log-${++this.#count}`, status };
  }

  #put(item: HistoryItem): string {
    if (this.#last?.id === item.id || !this.#items.has(item.id)) this.#last = item;
    this.#items.set(item.id, item);
    return item.id;
  }
}
