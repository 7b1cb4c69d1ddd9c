/** How many files are worked on at once: enough to keep the disk busy, few enough to stay below any limit. */
const batchSize = 32;

/** Calls `work` for every item, a batch at a time, and resolves when all are done. */
export async function inBatches<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  afterBatch: () => void = () => undefined,
): Promise<void> {
  for (let start = 0; start < items.length; start += batchSize) {
    await Promise.all(items.slice(start, start + batchSize).map(work));
    afterBatch();
  }
}
