import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log';
import { EventClaims } from '../../../src/threads/eventClaims';
import { waitUntil } from '../../support/processes';

describe('the claims of events', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'claims-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('let one of several windows tell of an event', async () => {
    const windows = Array.from({ length: 5 }, () => new EventClaims(join(dir, 'claims'), silentLog));
    const won = await Promise.all(windows.map((window) => window.claim('thread ../x asks 0')));
    assert.equal(won.filter(Boolean).length, 1);
    assert.equal(await windows[0]?.claim('thread ../x asks 1'), true);
    assert.equal(await windows[1]?.claim('thread ../x asks 1'), false);
  });

  it('are forgotten after a day', async () => {
    const old = join(dir, 'old');
    await writeFile(old, '');
    await utimes(old, new Date(), new Date(Date.now() - 25 * 3_600_000));
    const claims = new EventClaims(dir, silentLog);
    assert.equal(await claims.claim('something'), true);
    const isGone = async (): Promise<boolean> => !(await readdir(dir)).includes('old');
    await waitUntil(isGone, { timeoutMs: 5_000, what: 'the old claim to go' });
    assert.equal(await claims.claim('something'), false);
  });

  it('are won where they cannot be made: told twice is better than never', async () => {
    await writeFile(join(dir, 'file'), '');
    assert.equal(await new EventClaims(join(dir, 'file'), silentLog).claim('x'), true);
  });
});
