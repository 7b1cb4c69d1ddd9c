import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requestedContents } from '../../../../src/threads/changes/requestedContents';
import type { FileEdit } from '../../../../src/threads/turnItem';
import { createTemporaryFolder } from '../../../support/temporaryFolder';

describe('a change that waits for leave', () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let path: string;
  before(async () => {
    folder = await createTemporaryFolder('codex-collab-requested-');
    path = join(folder.path, 'a.txt');
    await writeFile(path, 'one\ntwo\n');
  });
  after(() => folder.remove());

  const update = (diff: string, at = path): FileEdit => ({ path: at, kind: 'update', diff });

  it('is shown beside the file as it is', async () => {
    const edit = update('@@ -1,2 +1,2 @@\n one\n-two\n+three\n');
    assert.deepEqual(await requestedContents(edit), { before: undefined, after: 'one\nthree\n' });
    assert.deepEqual(await requestedContents({ path, kind: 'delete', diff: 'one\ntwo\n' }), {
      ...{ before: undefined, after: null },
    });
  });

  it('is a whole file where there is none', async () => {
    const edit: FileEdit = { path: join(folder.path, 'new.txt'), kind: 'add', diff: 'new\n' };
    assert.deepEqual(await requestedContents(edit), { before: null, after: 'new\n' });
  });

  it('is shown by its places alone where it does not fit the file, or there is no such file', async () => {
    for (const at of [path, join(folder.path, 'gone.txt'), 'relative.txt']) {
      const { before, after } = await requestedContents(update('@@ -1 +1 @@\n-other\n+new\n', at));
      assert.match(before ?? '', /⋯\nother\n$/);
      assert.match(after ?? '', /⋯\nnew\n$/);
    }
  });
});
