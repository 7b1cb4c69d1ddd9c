import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** A socket's address holds 104 bytes on macOS and 108 on Linux, with the zero at its end. */
const MAX_BYTES = 103;

/**
 * Calls `work` with a path by which the socket can be connected to. Node refuses one that is too long for an
 * address, while the CLI's runtime makes such sockets: that of a workspace with a long name, for instance.
 */
export async function withShortPath<T>(socket: string, work: (path: string) => Promise<T>): Promise<T> {
  if (process.platform === 'win32' || Buffer.byteLength(socket) <= MAX_BYTES) return await work(socket);
  const dir = await mkdtemp(join(tmpdir(), 'codex-socket-'));
  try {
    const link = join(dir, 's');
    await symlink(dirname(socket), link);
    return await work(join(link, basename(socket)));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
