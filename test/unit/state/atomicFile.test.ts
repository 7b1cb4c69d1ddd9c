import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../src/base/userError';
import { tempNameFor, writeAtomically } from '../../../src/state/atomicFile';
import { useScratchRoot } from './scratchRoot';

describe('an atomic write', () => {
  const root = useScratchRoot();
  let file = '';
  beforeEach(async () => {
    await mkdir(root().path);
    file = join(root().path, 'data.json');
  });

  const isUserErrorNaming = (path: string) => (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.ok(error.message.includes(path), error.message);
    assert.ok(error.cause instanceof Error);
    return true;
  };

  it('replaces the file, private to its owner, and leaves nothing beside it', async () => {
    await writeFile(file, 'old', { mode: 0o644 });
    assert.equal(await writeAtomically(file, 'new'), true);
    assert.equal(await readFile(file, 'utf8'), 'new');
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(root().path), ['data.json']);
  });

  it('uses temporary names that no reader takes for data', () => {
    assert.doesNotMatch(tempNameFor('a.json'), /\.(json|decision)$/);
  });

  it('drops the write when it may not replace any more', async () => {
    await writeFile(file, 'old');
    assert.equal(await writeAtomically(file, 'new', { mayReplace: () => Promise.resolve(false) }), false);
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await readdir(root().path), ['data.json']);
  });

  it('says so when the disk is full, and keeps the old text', async () => {
    if (process.platform !== 'linux') return;
    await writeFile(file, 'old');
    const temp = `${file}.tmp`;
    await symlink('/dev/full', temp);
    await assert.rejects(writeAtomically(file, 'new', { temp }), (error) => {
      assert.match(String(error), /disk is full/);
      return isUserErrorNaming(file)(error);
    });
    assert.equal(await readFile(file, 'utf8'), 'old');
    assert.deepEqual(await readdir(root().path), ['data.json']);
  });

  it('names the file when a folder stands in its place or in that of the temporary one', async () => {
    await mkdir(file);
    await assert.rejects(writeAtomically(file, 'new'), isUserErrorNaming(file));
    assert.deepEqual(await readdir(root().path), ['data.json']);
    const other = join(root().path, 'other');
    await assert.rejects(writeAtomically(other, 'new', { temp: file }), isUserErrorNaming(other));
    assert.deepEqual(await readdir(root().path), ['data.json']);
  });
});
