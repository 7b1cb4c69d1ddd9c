import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { assertNoProcessOf, processesOf, waitUntil } from '../../support/processes';
import { createScratchHome, type ScratchHome } from '../../support/scratchHome';

describe('A scratch home', () => {
  let home: ScratchHome;

  beforeEach(async () => {
    home = await createScratchHome({
      modelBaseUrl: 'http://127.0.0.1:1234/v1',
      config: 'personality = "none"',
    });
  });

  afterEach(() => home.dispose());

  it('is neither the home of the person nor below the temp folder', () => {
    assert.notEqual(home.env.HOME, homedir());
    assert.ok(!home.home.startsWith(tmpdir() + path.sep));
    assert.ok(home.codexHome.startsWith(home.home) && home.stateRoot.startsWith(home.home));
  });

  it('points codex at the given model', async () => {
    const config = await readFile(path.join(home.codexHome, 'config.toml'), 'utf8');
    assert.match(config, /base_url = "http:\/\/127\.0\.0\.1:1234\/v1"/);
    assert.match(config, /^personality = "none"$/m);
  });

  it('gives workspaces that are clean git repositories', async () => {
    const folder = await home.workspace('sample');
    const env = { ...process.env, ...home.env };
    const { stdout } = await promisify(execFile)('git', ['status', '--short', '--branch'], {
      cwd: folder,
      env,
    });
    assert.equal(stdout.trim(), '## main');
  });

  it('is gone after dispose', async () => {
    await home.workspace('sample');
    await home.dispose();
    await assert.rejects(stat(home.home), { code: 'ENOENT' });
  });

  it('knows its processes by their environment and by their command line', async () => {
    const byEnvironment = spawn('sleep', ['60'], { env: { ...process.env, ...home.env } });
    const byCommand = spawn('node', ['-e', 'setTimeout(() => {}, 60_000)', home.home]);
    const ends = [once(byEnvironment, 'exit'), once(byCommand, 'exit')];
    try {
      const isSeen = async (): Promise<boolean> => {
        const pids = (await processesOf(home.home)).map(({ pid }) => pid);
        return [byEnvironment.pid, byCommand.pid].every((pid) => pid !== undefined && pids.includes(pid));
      };
      await waitUntil(isSeen, { timeoutMs: 5000, what: 'both processes' });
      await assert.rejects(
        assertNoProcessOf(home.home, 100),
        /Still running after 100 ms:\n(.*\n)*.*sleep 60/,
      );
    } finally {
      byEnvironment.kill();
      byCommand.kill();
    }
    await Promise.all(ends);
    await assertNoProcessOf(home.home);
  });
});

describe('waitUntil', () => {
  it('gives the first value that is something', async () => {
    let calls = 0;
    const value = await waitUntil(() => (++calls < 3 ? undefined : calls), {
      timeoutMs: 5000,
      what: 'three',
    });
    assert.equal(value, 3);
  });

  it('says what it waited for and what went wrong last', async () => {
    const broken = (): never => {
      throw new Error('no such file');
    };
    const message = 'Waited 50 ms for the file. Last error: no such file';
    await assert.rejects(waitUntil(broken, { timeoutMs: 50, what: 'the file' }), { message });
  });
});
