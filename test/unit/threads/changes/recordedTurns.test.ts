import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRunRecord } from '../../../../src/state/runRecords';
import { StateFolder } from '../../../../src/state/stateFolder';
import type { ThreadOnDisk } from '../../../../src/state/threadOnDisk';
import { changesOfThread } from '../../../../src/threads/changes/changedFiles';
import { recordedTurns } from '../../../../src/threads/changes/recordedTurns';
import { createTemporaryFolder } from '../../../support/temporaryFolder';
import type { TemporaryFolder } from '../../../support/temporaryFolder';

describe('what the runs of a thread noted', () => {
  let root: TemporaryFolder;
  beforeEach(async () => {
    root = await createTemporaryFolder('recorded-');
  });
  afterEach(() => root.remove());

  it('is what they changed, a turn for each run of that thread, oldest first', async () => {
    const folder = new StateFolder(root.path, 'sample-0123456789abcdef');
    await folder.ensure();
    const record = async (
      runId: string,
      threadId: string,
      startedAt: string,
      filesChanged: unknown,
    ): Promise<void> =>
      createRunRecord(folder, {
        runId,
        threadId,
        shortId: 'a1b2c3d4',
        status: 'completed',
        startedAt,
        filesChanged,
      });
    const edit = { path: '/w/a', kind: 'update', diff: '@@ -1 +1 @@\n-a\n+b\n\n\nMoved to: /w/b' };
    await record('run-b', 't', '2026-01-02T00:00:00Z', [edit]);
    await record('run-a', 't', '2026-01-01T00:00:00Z', [{ path: '/w/a', kind: 'add', diff: 'a\n' }]);
    await record('run-c', 'other', '2026-01-03T00:00:00Z', [edit]);
    await record('run-d', 't', '2026-01-04T00:00:00Z', null);
    await record('run-e', 't', 'never', [{ path: 1 }, 'rubbish', { path: '/w/c' }]);
    await writeFile(join(folder.path, 'runs', 'run-f.json'), '{"runId": ');
    const place = { folder } as ThreadOnDisk;
    const turns = await recordedTurns({ threadsOnDisk: () => [place] }, 't');
    assert.deepEqual(
      turns.map(({ id }) => id),
      ['run-a', 'run-b', 'run-d', 'run-e'],
    );
    assert.deepEqual(
      changesOfThread(turns).map(({ kind, path }) => [kind, path]),
      [
        ['add', '/w/b'],
        ['update', '/w/c'],
      ],
    );
  });
});
