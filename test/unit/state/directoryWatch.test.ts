import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDirectoryWatch } from '../../../src/state/directoryWatch';
import { until } from './sharedStateHome';

describe('the watch on a directory', () => {
  let path: string;
  beforeEach(async () => (path = await mkdtemp(join(tmpdir(), 'directory-watch-'))));
  afterEach(async () => rm(path, { recursive: true, force: true }));

  it('tells of a file in a full directory without looking at the others', async () => {
    for (let i = 0; i < 200; i++) await writeFile(join(path, `run-${i}.json`), '');
    const names: (string | undefined)[] = [];
    const onError = (error: unknown): void => assert.fail(String(error));
    const watch = await openDirectoryWatch({
      path,
      usePolling: false,
      onEvent: (name) => names.push(name),
      onError,
    });
    let looks = 0;
    const hook = createHook({
      init: (_id, type) => void (looks += Number(type === 'FSREQPROMISE')),
    }).enable();
    try {
      // The second comes when a listing that the first began would be over.
      for (const name of ['first', 'second']) {
        writeFileSync(join(path, name), '');
        await until(name, () => names.includes(name));
      }
      assert(looks < 20, `${looks} calls of the file system`);
    } finally {
      hook.disable();
      await watch.close();
    }
  });
});
