import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { Emitter } from '../../../src/base/event';
import { silentLog } from '../../../src/base/log';
import type { ThreadOnDisk } from '../../../src/state/sharedState';
import { StateRoot } from '../../../src/state/stateRoot';
import { DeletedRuns } from '../../../src/threads/deletedRuns';
import { createTemporaryFolder } from '../../support/temporaryFolder';
import type { TemporaryFolder } from '../../support/temporaryFolder';
import { waitUntil } from '../../support/processes';

/** A run, as far as its deletion is concerned; its process goes on until `exit` is called. */
class Run {
  readonly threadId: string;
  readonly ended: Promise<void>;
  exit!: () => void;

  constructor(threadId: string) {
    this.threadId = threadId;
    this.ended = new Promise((resolve) => {
      this.exit = resolve;
    });
  }
}

describe('a thread that is deleted just after its run has ended', () => {
  let temporary: TemporaryFolder;
  let root: StateRoot;
  let places: Map<string, ThreadOnDisk[]>;
  let live: Map<string, Run>;
  let archived: string[];
  let deletedRuns: DeletedRuns;
  const didChange = new Emitter<ReadonlySet<string>>();
  const didEnd = new Emitter<never>();

  beforeEach(async () => {
    temporary = await createTemporaryFolder('codex-collab-deleted-');
    root = new StateRoot(temporary.path);
    places = new Map();
    live = new Map();
    archived = [];
    deletedRuns = new DeletedRuns(
      { onDidChangeThreads: didChange.event, threadsOnDisk: (id) => places.get(id) ?? [] },
      { get: (id) => live.get(id) as never, onDidEnd: didEnd.event },
      (id) => Promise.resolve(void archived.push(id)),
      silentLog,
    );
  });
  afterEach(async () => {
    deletedRuns.dispose();
    await temporary.remove();
  });

  /** A run that has been seen on disk, and whose turn is over. */
  const endedRun = (id: string, folder: StateRoot['global']): Run => {
    const run = new Run(id);
    live.set(id, run);
    places.set(id, [{ folder, shortId: id } as ThreadOnDisk]);
    didChange.fire(new Set([id]));
    live.delete(id);
    didEnd.fire(run as never);
    return run;
  };
  const vanish = (...ids: string[]): void => {
    for (const id of ids) places.delete(id);
    didChange.fire(new Set(ids));
  };
  const isArchived = async (id: string): Promise<void> => {
    await waitUntil(() => archived.includes(id), { timeoutMs: 5_000, what: `${id} to be archived` });
  };

  it('is archived when the process has let go of it, not before', async () => {
    await root.global.ensure();
    await writeFile(root.global.indexFile, '{}');
    const [busy, gone] = [endedRun('busy', root.global), endedRun('gone', root.global)];
    gone.exit();
    vanish('busy', 'gone');
    await isArchived('gone');
    await setImmediate();
    assert.deepEqual(archived, ['gone']);
    busy.exit();
    await isArchived('busy');
  });

  it('is not archived when the whole index has gone, since nobody deleted it', async () => {
    const other = root.workspace('other-0123456789abcdef');
    await other.ensure();
    await writeFile(other.indexFile, '{}');
    for (const run of [endedRun('kept', root.global), endedRun('gone', other)]) run.exit();
    vanish('kept', 'gone');
    await isArchived('gone');
    await setImmediate();
    assert.deepEqual(archived, ['gone']);
  });
});
