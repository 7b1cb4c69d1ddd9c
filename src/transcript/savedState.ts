import { isRecord } from '../base/record';
import type { UnknownRecord } from '../base/record';
import type { VsCodeApi } from './vsCodeApi';

/** What was at the top of the screen, and how far below the edge, in pixels. */
export interface SavedPlace {
  readonly turnId: string;
  readonly itemId: string | undefined;
  readonly offset: number;
}

/** The latest are kept. */
const MAX_OPEN = 500;
const MAX_DRAFT = 200_000;

/** What is kept of the page while its tab is hidden and when the window is reloaded. */
export class SavedState {
  readonly #api: VsCodeApi;
  readonly #open: Set<string>;
  #draft: string;
  #place: SavedPlace | undefined;

  constructor(api: VsCodeApi) {
    this.#api = api;
    const state = api.getState();
    const saved: UnknownRecord = isRecord(state) ? state : {};
    const open: unknown[] = Array.isArray(saved.open) ? saved.open : [];
    this.#open = new Set(open.filter((key) => typeof key === 'string'));
    this.#draft = typeof saved.draft === 'string' ? saved.draft : '';
    this.#place = parsePlace(saved.place);
  }

  get draft(): string {
    return this.#draft;
  }

  set draft(text: string) {
    this.#draft = text.slice(0, MAX_DRAFT);
    this.#save();
  }

  /** Undefined for the end of the conversation. */
  get place(): SavedPlace | undefined {
    return this.#place;
  }

  set place(place: SavedPlace | undefined) {
    this.#place = place;
    this.#save();
  }

  isOpen(key: string): boolean {
    return this.#open.has(key);
  }

  setOpen(key: string, isOpen: boolean): void {
    this.#open.delete(key);
    if (isOpen) this.#open.add(key);
    for (const oldest of this.#open) {
      if (this.#open.size <= MAX_OPEN) break;
      this.#open.delete(oldest);
    }
    this.#save();
  }

  #save(): void {
    this.#api.setState({ draft: this.#draft, place: this.#place, open: [...this.#open] });
  }
}

function parsePlace(value: unknown): SavedPlace | undefined {
  if (!isRecord(value) || typeof value.turnId !== 'string' || typeof value.offset !== 'number')
    return undefined;
  const itemId = typeof value.itemId === 'string' ? value.itemId : undefined;
  return { turnId: value.turnId, itemId, offset: value.offset };
}
