import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLog } from '../../../../src/base/log';
import { UserError } from '../../../../src/base/userError';
import { SharedState } from '../../../../src/state/sharedState';
import { failed, withinReason } from '../../../../src/threads/setup/checkResult';
import type { CheckResult } from '../../../../src/threads/setup/checkResult';
import { checkFolder } from '../../../../src/threads/setup/folderCheck';
import { checkRunDefaults } from '../../../../src/threads/setup/runDefaultsCheck';
import { SETUP_CHECKS, startSetupChecks } from '../../../../src/threads/setup/setupChecks';
import type { SetupCheck, SetupWindow } from '../../../../src/threads/setup/setupChecks';
import { setupReport } from '../../../../src/threads/setup/setupReport';
import { eventually } from '../../../support/eventually';
import { TaskBench } from '../../../support/taskBench';
import { diskError, isBelow, isHitBy, onFaultyDisk } from '../../state/faultyDisk';
import { useScratchRoot } from '../../state/scratchRoot';

type Results = Record<SetupCheck, CheckResult>;

describe('the checks of the setup', function () {
  this.timeout(60_000);
  let bench: TaskBench;
  beforeEach(async () => (bench = await TaskBench.open({ preferences: { model: 'offline' } })));
  afterEach(() => bench.close());

  const check = async (window: Partial<SetupWindow> = {}): Promise<Results> => {
    const cwd = bench.folder;
    const defaults = { isTrusted: true, cwd, folderName: undefined, usePolling: false };
    const started = startSetupChecks(bench, { ...defaults, ...window });
    const entries = Object.entries(started).map(async ([name, result]) => [name, await result] as const);
    return Object.fromEntries(await Promise.all(entries)) as Results;
  };

  it('pass on a machine where all is well, start no thread and leave nothing behind', async () => {
    const results = await check();
    const verdicts = Object.values(results).map(({ verdict }) => verdict);
    assert.deepEqual(
      verdicts,
      Object.keys(SETUP_CHECKS).map(() => 'pass'),
    );
    assert.equal(results.folder.fact, `${bench.home.stateRoot} is not there yet`);
    assert.equal(results.watching.fact, 'By events of the file system');
    await assert.rejects(readdir(bench.home.stateRoot));
    await eventually(
      () => bench.launcher.servers.size,
      (count) => assert.equal(count, 0),
    );
  });

  it('tell of a damaged index, a workspace that is not trusted and polling that is still to begin', async () => {
    const file = join(bench.home.stateRoot, 'threads.json');
    await mkdir(bench.home.stateRoot, { mode: 0o700 });
    await writeFile(file, '{"a1b2');
    await bench.state.refresh();
    const { folder, trust, watching } = await check({ isTrusted: false, usePolling: true });
    assert.equal(folder.verdict, 'error');
    assert.equal(folder.fact, `${bench.home.stateRoot}, 0 threads`);
    assert.match(folder.detail ?? '', /threads\.json could not be read/);
    assert.deepEqual(folder.remedies, [{ kind: 'openFile', path: file }]);
    assert.equal(trust.verdict, 'warning');
    assert.deepEqual(trust.remedies, [{ kind: 'manageTrust' }]);
    assert.equal(watching.detail, 'Polling begins when the window is reloaded.');
  });

  it('tell of folders that the system does not watch', async () => {
    await mkdir(bench.home.stateRoot);
    const state = new SharedState({
      root: bench.root,
      log: silentLog,
      openWatch: (watch) => {
        watch.onError(new Error('ENOSPC'));
        return Promise.resolve({ close: () => Promise.resolve() });
      },
    });
    try {
      await state.start();
      await eventually(
        () => state.watching.refused,
        (count) => assert.equal(count, 1),
      );
      const { launcher, root, store } = bench;
      const window = { isTrusted: true, cwd: bench.folder, folderName: undefined, usePolling: false };
      const { codex, login, watching } = startSetupChecks({ launcher, root, store, state }, window);
      assert.match((await watching).detail ?? '', /1 folder is looked at every few seconds only/);
      await Promise.all([codex, login]);
    } finally {
      await state.dispose();
    }
  });

  it('tell how a run would be run, and what says so', async () => {
    await mkdir(bench.home.stateRoot);
    const config = { model: 'other', reasoning: 'high', timeout: 90, approval: 'auto' };
    await writeFile(bench.root.configFile, JSON.stringify(config));
    const { runDefaults } = await check({ folderName: 'sample' });
    const settings = { kind: 'openSettings', query: '@ext:codex-collab.codex-collab' };
    assert.deepEqual(runDefaults, {
      verdict: 'pass',
      fact: 'sample: offline high · workspace-write · asks to leave the sandbox · 1m 30s',
      detail: 'Settings: model. config.json: effort, approval, timeout. Default: sandbox.',
      remedies: [settings],
    });
    await writeFile(bench.root.configFile, '{"timeout": "long"}');
    const file = { kind: 'openFile', path: bench.root.configFile };
    const { runDefaults: ignored } = await check();
    assert.equal(ignored.verdict, 'warning');
    assert.match(ignored.detail ?? '', /"timeout" is not valid and was ignored/);
    assert.deepEqual(ignored.remedies, [file, settings]);
    await writeFile(bench.root.configFile, '{"timeout": ');
    const { runDefaults: damaged } = await check();
    assert.equal(damaged.verdict, 'error');
    assert.match(damaged.detail ?? '', /config\.json is damaged/);
    assert.deepEqual(damaged.remedies, [file]);
  });
});

describe('the check of the run defaults', () => {
  it('says which setting no run could use', async () => {
    const preferences = { settings: { sandbox: 'sandcastle' }, config: {}, warnings: [] };
    const launcher = { preferences: () => Promise.resolve(preferences) };
    const place = { cwd: '/', folderName: undefined, configFile: '/config.json' };
    const { verdict, detail } = await checkRunDefaults(launcher, place);
    assert.equal(verdict, 'error');
    assert.match(detail ?? '', /“sandcastle” is no sandbox/);
  });
});

describe('the check of the shared folder', () => {
  const root = useScratchRoot();
  const check = (): Promise<CheckResult> => checkFolder({ path: root().path, threadCount: 1, problems: [] });

  const modes = [
    { mode: 0o700, verdict: 'pass', detail: undefined },
    { mode: 0o755, verdict: 'pass', detail: /^Other users may list it \(mode 0755\)\.$/ },
    { mode: 0o775, verdict: 'pass', detail: /^Other users may list it/ },
    { mode: 0o777, verdict: 'warning', detail: /^Other users may change .*\. Run: chmod 700 .*collab$/ },
  ];
  for (const { mode, verdict, detail } of modes) {
    it(`takes mode ${mode.toString(8)} for a ${verdict}, and leaves no file behind`, async () => {
      await mkdir(root().path);
      await chmod(root().path, mode);
      const result = await check();
      assert.equal(result.verdict, verdict);
      assert.equal(result.fact, `${root().path}, 1 thread`);
      if (detail === undefined) assert.equal(result.detail, undefined);
      else assert.match(result.detail ?? '', detail);
      assert.deepEqual(await readdir(root().path), []);
    });
  }

  for (const [code, why] of Object.entries({
    EACCES: /^Cannot write .*: permission denied/,
    EROFS: /^Cannot write .*: the disk is read-only/,
    ENOSPC: /^Cannot write .*: the disk is full/,
    EMFILE: /^Cannot read .*: too many files are open/,
  })) {
    it(`says what to do about ${code}, and leaves no file behind`, async () => {
      await mkdir(root().path);
      const result = await onFaultyDisk((operation) => {
        if (isBelow(root().path, operation.path) && isHitBy(code, operation))
          throw diskError(code, operation);
        return undefined;
      }, check);
      assert.equal(result.verdict, 'error');
      assert.match(result.detail ?? '', why);
      assert.deepEqual(await readdir(root().path), []);
    });
  }

  it('says so when a file stands in its place, or it could not be made', async () => {
    await writeFile(root().path, '');
    assert.match((await check()).detail ?? '', /a file stands where a folder should be/);
    await rm(root().path);
    const result = await onFaultyDisk((operation) => {
      if (operation.name === 'access') throw diskError('EACCES', operation);
      return undefined;
    }, check);
    assert.match(result.detail ?? '', /^Cannot write .*: permission denied/);
  });
});

describe('a result of a check', () => {
  it('comes in time, whatever the check does', async () => {
    const never = new Promise<CheckResult>(() => undefined);
    assert.deepEqual(await withinReason(never, 20), { verdict: 'error', fact: 'No answer within 0.02 s' });
    const broken = await withinReason(Promise.reject(new TypeError('x is not a function')), 1000);
    assert.equal(broken.detail, 'Unexpected error: x is not a function');
    const told = await withinReason(Promise.reject(new UserError('Do\nthis\u202e.')), 1000);
    assert.equal(told.detail, 'Do this.');
  });

  it('is a line of the report, with what to do below it', () => {
    const results = {
      login: { verdict: 'pass', fact: 'API key' },
      codex: failed('Not found', new UserError('No.')),
    };
    assert.equal(
      setupReport('Codex Collab 0.1.0', results as Partial<Results>),
      'Codex Collab 0.1.0\n[error] Codex: Not found\n    No.\n[pass] Login: API key\n',
    );
  });
});
