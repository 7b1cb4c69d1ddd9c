import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StateRoot } from '../../../src/state/stateRoot';
import { readIndex, updateIndex } from '../../../src/state/threadIndex';
import { leftovers, useScratchRoot } from './scratchRoot';

const outsideWriter = join(import.meta.dirname, 'fixtures', 'outsideWriter.mjs');
const each = 200;

describe('the index under many writers', () => {
  const root = useScratchRoot();

  it('loses nothing, is always readable, and is left clean', async () => {
    const { global } = root();
    await global.ensure();
    const outside = Array.from({ length: 4 }, async (_, n) => {
      const args = [outsideWriter, global.indexFile, `o${n}`, String(each)];
      const child = spawn(process.execPath, args, { stdio: 'inherit' });
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    });
    // The second as from another window: its own objects, so that only the lock on disk keeps them apart.
    const inside = [root(), new StateRoot(root().path)].map(async (ours, n) => {
      for (let i = 0; i < each; i++) {
        await updateIndex(ours.global, (draft) => draft.set(`i${n}-${i}`, { threadId: `thread-${n}-${i}` }));
      }
    });
    const over = new AbortController();
    let reads = 0;
    const reader = (async () => {
      while (!over.signal.aborted) {
        const text = await readFile(global.indexFile, 'utf8').catch(() => '{}');
        assert.doesNotThrow(() => JSON.parse(text) as unknown);
        reads++;
      }
    })();
    await Promise.all([...outside, ...inside]).finally(() => over.abort());
    await reader;
    const reading = await readIndex(global);
    assert.ok(reading.kind === 'ok');
    assert.equal(reading.entries.size, 6 * each);
    assert.ok(reads > 50);
    assert.deepEqual(await leftovers(root().path), []);
  }).timeout(60_000);
});
