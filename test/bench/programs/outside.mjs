// Changes the shared folder as the CLI does: one request at a time, over IPC.
import { rmSync, writeFileSync } from 'node:fs';
import { underLock } from '../../interop/programs/fileLock.mjs';
import { readIndex, writeIndex } from '../../interop/programs/threadIndex.mjs';

const actions = {
  patchEntry({ index, shortId, fields }) {
    return underLock('B', index, 600, () => {
      const entries = readIndex({ generation: 'B', index });
      entries[shortId] = { ...entries[shortId], ...fields };
      writeIndex({ index }, entries); // its last step is the rename
      return now();
    });
  },
  write({ path, text }) {
    writeFileSync(path, text);
    return now();
  },
  remove({ path }) {
    rmSync(path);
    return now();
  },
};

process.on('message', ({ action, ...details }) => {
  try {
    process.send(actions[action](details));
  } catch (error) {
    process.send({ error: String(error) });
  }
});
process.on('disconnect', () => process.exit());

function now() {
  return {
    monotonicMs: Number(process.hrtime.bigint()) / 1e6,
    epochMs: performance.timeOrigin + performance.now(),
  };
}
