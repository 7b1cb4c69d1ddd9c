// Another process that changes the shared folder, as the CLI does: one request at a time, over IPC.
import { mkdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const actions = {
  /** By temporary file and rename, as indexes and records are written. */
  async replace({ path, text }) {
    await writeFile(`${path}.tmp`, text);
    await rename(`${path}.tmp`, path);
  },
  /** In place, as pid files and kill signals are written; makes the folders above. */
  async write({ path, text }) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  },
  /** The next text at once after the one before. */
  async replaceTwice({ path, texts }) {
    for (const text of texts) await actions.replace({ path, text });
  },
  async remove({ path }) {
    await rm(path, { recursive: true, force: true });
  },
  /** Deletes a folder and makes it again before anybody can look: it may well get the same inode. */
  async remakeFolder({ path }) {
    rmSync(path, { recursive: true });
    mkdirSync(path);
  },
  async move({ path, to }) {
    await rename(path, to);
  },
  async link({ path, to }) {
    await symlink(to, path);
  },
};

process.on('message', async ({ action, ...rest }) => {
  try {
    await actions[action](rest);
    process.send({ doneAt: performance.timeOrigin + performance.now() });
  } catch (error) {
    process.send({ error: String(error) });
  }
});
process.on('disconnect', () => process.exit());
