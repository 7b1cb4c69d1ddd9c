/** Characters that the completed outputs of a live turn may take together. */
const OUTPUT_BUDGET = 16 * 1024 * 1024;

/** Characters that stay of an output that is cut: as many as are shown at first. */
export const OUTPUT_END = 16 * 1024;

/** Says which outputs of a turn must be cut to their last {@link OUTPUT_END} characters: the oldest first. */
export class OutputBudget {
  /** Characters by item, those that were completed first in front. Shorter ones are not worth a cut. */
  readonly #lengths = new Map<string, number>();
  #total = 0;

  /** Takes the output of a completed item, `length` characters long; returns the ids of those to cut. */
  add(id: string, length: number): string[] {
    this.#total -= this.#lengths.get(id) ?? 0;
    this.#lengths.delete(id);
    if (length <= OUTPUT_END) return [];
    this.#lengths.set(id, length);
    this.#total += length;
    const cut: string[] = [];
    for (const [oldest, size] of this.#lengths) {
      if (this.#total <= OUTPUT_BUDGET) break;
      this.#lengths.delete(oldest);
      this.#total -= size;
      cut.push(oldest);
    }
    return cut;
  }
}
