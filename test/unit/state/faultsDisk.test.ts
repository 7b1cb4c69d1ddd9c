import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../../support/paths';

const program = join(import.meta.dirname, 'faultsProgram.ts');
const run = promisify(execFile);

interface Told {
  readonly errors: readonly [isUserError: boolean, message: string][];
  readonly isIndexUntouched: boolean;
  readonly hasPidFile: boolean;
  readonly left: readonly string[];
  readonly index: readonly { threadId: string; lastStatus: string }[];
}

describe('a run on a real disk', () => {
  let base = '';
  beforeEach(async () => (base = await realpath(await mkdtemp(join(tmpdir(), 'faulty-disk-')))));
  afterEach(() => rm(base, { recursive: true, force: true }));

  const shell = async (script: string, fault: string): Promise<Told> => {
    const args = ['-c', script, 'sh', process.execPath, program, base, fault];
    const { stdout } = await run('sh', args, { cwd: projectRoot });
    return JSON.parse(stdout) as Told;
  };
  const inOwnDisk = 'mount -t tmpfs -o size=256k none "$3" && "$1" --import tsx "$2" "$3" "$4"';
  /** With a small disk that nobody else sees and that goes with the process. */
  const onSmallDisk = async (fault: string): Promise<Told> =>
    await shell(`exec unshare --mount --map-root-user sh -c '${inOwnDisk}' "$0" "$@"`, fault);

  const assertSound = (told: Told, why: RegExp): void => {
    assert.ok(told.errors.length > 0);
    for (const [isUserError, message] of told.errors) {
      assert.ok(isUserError, message);
      assert.match(message, why);
      assert.ok(message.includes(join(base, '.codex-collab')), message);
    }
    assert.deepEqual(told.left, []);
    assert.equal(told.index.find(({ threadId }) => threadId === 'third')?.lastStatus, 'completed');
    // What says running without having ended has its pid file, by which everybody can tell that it is dead.
    const first = told.index.find(({ threadId }) => threadId === 'first')?.lastStatus;
    assert.equal(told.hasPidFile, first === 'running');
  };

  // Where a person may not have one, the faults that faultsWrites.test.ts makes up have to do.
  if (mayHaveOwnDisk()) {
    it('that is full loses nothing and goes on when there is room again', async () => {
      const told = await onSmallDisk('full');
      assertSound(told, /the disk is full/);
      assert.ok(told.isIndexUntouched);
    });

    it('that is made read-only loses nothing and goes on when that is over', async () => {
      const told = await onSmallDisk('readOnly');
      assertSound(told, /the disk is read-only/);
      assert.ok(told.isIndexUntouched);
      assert.equal(told.errors.length, 2);
    });
  }

  it('that belongs to somebody else loses nothing and goes on when that is over', async () => {
    const told = await shell('exec "$1" --import tsx "$2" "$3" "$4"', 'forbidden');
    assertSound(told, /permission denied/);
    assert.ok(told.isIndexUntouched);
    assert.equal(told.errors.length, 2);
  });

  it('loses nothing when too many files are open, and goes on when that is over', async () => {
    const told = await shell('ulimit -n 128; exec "$1" --import tsx "$2" "$3" "$4"', 'tooManyFiles');
    assertSound(told, /too many files are open/);
    assert.ok(told.isIndexUntouched);
    assert.equal(told.errors.length, 2);
  });
});

function mayHaveOwnDisk(): boolean {
  const script = 'mount -t tmpfs none /mnt && mount -o remount,ro /mnt';
  return spawnSync('unshare', ['--mount', '--map-root-user', 'sh', '-c', script]).status === 0;
}
