import type { HistoryChange, ThreadHistory } from '../threads/history/threadHistory';
import type { HistoryItem, Turn } from '../threads/history/turn';
import type { ToPage, TranscriptItem, TranscriptTurn } from '../transcript/messages';
import { transcriptTurn, withCutOutput } from './transcriptTurn';

/** Characters of an output that are sent along at first: outputs are most of a turn, and few of them are seen. */
const MAX_BRIEF_OUTPUT = 1024;

interface ItemPlace {
  readonly turnId: string;
  readonly itemId: string;
}

/** Says a history, and what changes in it, in messages for one page. */
export class TranscriptTurns {
  readonly #history: Pick<ThreadHistory, 'turns' | 'hasOlderTurns'>;
  /** What the page has, oldest first. */
  #sent: readonly Turn[] = [];
  /** Items of which the page has asked for the whole output. */
  readonly #whole = new Set<string>();
  /** The page has texts of which the history has not told yet: its next deltas may be part of them. */
  #isAhead = false;

  constructor(history: Pick<ThreadHistory, 'turns' | 'hasOlderTurns'>) {
    this.#history = history;
  }

  /** Everything, for a new page. */
  begin(): ToPage[] {
    this.#whole.clear();
    this.#isAhead = true;
    return this.#reset();
  }

  /** The same with only the ends of the outputs, so that it is there sooner: the `outputs` are to follow. */
  beginBriefly(): ToPage[] {
    this.#whole.clear();
    this.#isAhead = true;
    return this.#reset(MAX_BRIEF_OUTPUT);
  }

  /** What was left out at the begin. */
  outputs(): ToPage[] {
    this.#isAhead = true;
    const isBrief = (item: HistoryItem): boolean => 'output' in item && item.output.length > MAX_BRIEF_OUTPUT;
    const places = this.#history
      .turns()
      .flatMap(({ id: turnId, items }) => items.filter(isBrief).map(({ id }) => ({ turnId, itemId: id })));
    return this.#itemMessages(places);
  }

  /** After older turns were loaded: there is an answer also when that has brought none. */
  older(): ToPage[] {
    const messages = this.#rearranged();
    this.#isAhead = true;
    if (messages.some(({ type }) => type === 'older' || type === 'reset')) return messages;
    return [...messages, { type: 'older', turns: [], hasOlder: this.#history.hasOlderTurns }];
  }

  /** What a change comes to. The history holds its texts already: what is sent whole gets no delta on top. */
  changed(change: HistoryChange): ToPage[] {
    const isAhead = this.#isAhead;
    this.#isAhead = false;
    if (change.isReset) return this.#rearranged();
    const had = new Set(this.#sent);
    this.#sent = [...this.#history.turns()];
    const turns = new Set(change.turns);
    const items = new Map<string, ItemPlace>();
    for (const place of isAhead ? [...change.items, ...change.deltas] : change.items) {
      if (!turns.has(place.turnId)) items.set(keyOf(place), place);
    }
    const deltas = change.deltas.filter((delta) => !turns.has(delta.turnId) && !items.has(keyOf(delta)));
    return [
      ...this.#turnMessages(this.#sent.filter((turn) => turns.has(turn.id) && !had.has(turn))),
      ...this.#itemMessages([...items.values()]),
      ...(deltas.length === 0 ? [] : [{ type: 'deltas', deltas } as const]),
    ];
  }

  /** The whole output of an item, which from now on is sent whole whenever it changes. */
  wholeOutput(place: ItemPlace): ToPage[] {
    const item = this.#find(place);
    if (item === undefined || !('output' in item)) return [];
    this.#whole.add(keyOf(place));
    this.#isAhead = true;
    return [{ type: 'output', turnId: place.turnId, itemId: place.itemId, output: item.output }];
  }

  #reset(maxOutput?: number): ToPage[] {
    this.#sent = [...this.#history.turns()];
    const turns = this.#sent.map((turn) => this.#turn(turn, maxOutput));
    return [{ type: 'reset', turns, hasOlder: this.#history.hasOlderTurns }];
  }

  /** Turns came or went: what came before or behind those that the page has leaves them where they are. */
  #rearranged(): ToPage[] {
    const before = this.#sent;
    const now = this.#history.turns();
    const added = now.findIndex(({ id }) => id === before[0]?.id);
    if (added === -1 || before.some(({ id }, i) => now[added + i]?.id !== id)) return this.#reset();
    this.#sent = [...now];
    const older = now.slice(0, added).map((turn) => this.#turn(turn));
    const hasOlder = this.#history.hasOlderTurns;
    return [
      ...(added === 0 ? [] : [{ type: 'older', turns: older, hasOlder } as const]),
      ...this.#turnMessages(now.slice(added).filter((turn, i) => turn !== before[i])),
    ];
  }

  #turnMessages(turns: readonly Turn[]): ToPage[] {
    return turns.length === 0 ? [] : [{ type: 'turns', turns: turns.map((turn) => this.#turn(turn)) }];
  }

  #itemMessages(places: readonly ItemPlace[]): ToPage[] {
    const items = places.flatMap((place) => {
      const item = this.#find(place);
      return item === undefined ? [] : [{ turnId: place.turnId, item: this.#item(place, item) }];
    });
    return items.length === 0 ? [] : [{ type: 'items', items }];
  }

  #turn(turn: Turn, maxOutput?: number): TranscriptTurn {
    return transcriptTurn(turn, (item) => this.#item({ turnId: turn.id, itemId: item.id }, item, maxOutput));
  }

  #item(place: ItemPlace, item: HistoryItem, maxOutput?: number): TranscriptItem {
    return this.#whole.has(keyOf(place)) ? item : withCutOutput(item, maxOutput);
  }

  #find({ turnId, itemId }: ItemPlace): HistoryItem | undefined {
    return this.#history
      .turns()
      .find(({ id }) => id === turnId)
      ?.items.find(({ id }) => id === itemId);
  }
}

function keyOf({ turnId, itemId }: ItemPlace): string {
  return JSON.stringify([turnId, itemId]);
}
