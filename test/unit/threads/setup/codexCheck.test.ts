import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../../../../src/base/log';
import { StateRoot } from '../../../../src/state/stateRoot';
import { CodexLauncher } from '../../../../src/threads/codexLauncher';
import type { CheckResult } from '../../../../src/threads/setup/checkResult';
import { checkCodex } from '../../../../src/threads/setup/codexCheck';
import { nativeCodex } from '../../../support/nativeCodex';
import { assertNoProcessOf } from '../../../support/processes';
import { createScratchHome } from '../../../support/scratchHome';
import type { ScratchHome } from '../../../support/scratchHome';

const FAKE = fileURLToPath(new URL('../../../support/fakes/fakeAppServer.mjs', import.meta.url));
const SOURCE = 'by the setting codexCollab.codexPath';

describe('the check of Codex and its login', function () {
  this.timeout(30_000);
  let home: ScratchHome;
  before(async () => (home = await createScratchHome()));
  // Each check ends what it has started.
  afterEach(() => assertNoProcessOf(home.home));
  after(() => home.dispose());

  const check = async (
    codexPath: string,
    timeoutMs = 10_000,
  ): Promise<{ codex: CheckResult; login: CheckResult }> => {
    const environment = {
      codexPath: () => codexPath,
      env: () => ({ ...process.env, ...home.env }),
      homeDir: home.home,
      preferences: () => ({}),
      stateLayout: () => 'auto' as const,
      clientVersion: '0.0.0-test',
    };
    const launcher = new CodexLauncher(environment, new StateRoot(home.stateRoot), silentLog);
    const { codex, login } = checkCodex(launcher, timeoutMs);
    return { codex: await codex, login: await login };
  };
  /** A codex that does `version` when asked for that, and acts else as the fake app-server of that behaviour. */
  const fake = async (version: string, behaviour: string, account: unknown = {}): Promise<string> => {
    const path = join(home.home, 'fake-codex');
    const server = `exec '${process.execPath}' '${FAKE}' ${behaviour} '${JSON.stringify(account)}' "$@"`;
    await writeFile(path, `#!/bin/sh\nif [ "$1" = --version ]; then ${version}; exit; fi\n${server}\n`);
    await chmod(path, 0o755);
    return path;
  };
  const path = (): string => join(home.home, 'fake-codex');

  it('tells the version and the place of the real codex, and that its provider needs no login', async () => {
    const native = await nativeCodex();
    const { codex, login } = await check(native);
    assert.deepEqual(codex, { verdict: 'pass', fact: `0.169.0, ${SOURCE}`, detail: native });
    assert.equal(login.verdict, 'pass');
    assert.equal(login.fact, 'Not needed by the model provider of your config.toml');
  });

  it('says that the real codex is logged out, and how to log in', async () => {
    await writeFile(join(home.codexHome, 'config.toml'), 'check_for_update_on_startup = false\n');
    const { codex, login } = await check(await nativeCodex());
    assert.equal(codex.verdict, 'pass');
    assert.equal(login.fact, 'Not logged in');
    assert.deepEqual(login.remedies, [{ kind: 'logIn' }]);
  });

  const accounts = [
    {
      account: { type: 'chatgpt', email: 'a.person@example.invalid', planType: 'plus' },
      is: 'ChatGPT (plus)',
    },
    { account: { type: 'chatgpt', email: null, planType: 'unknown' }, is: 'ChatGPT' },
    { account: { type: 'apiKey' }, is: 'API key' },
    { account: { type: 'toString' }, is: 'Logged in' },
  ];
  for (const { account, is } of accounts) {
    it(`calls a login of ${account.type} ${is}`, async () => {
      const results = await check(await fake('echo codex-cli 0.169.0', 'tellsAccount', { account }));
      assert.deepEqual(results.login, { verdict: 'pass', fact: is });
    });
  }

  it('offers to set the path of a codex that is missing', async () => {
    const { codex, login } = await check('/nowhere/codex');
    assert.deepEqual(codex, {
      verdict: 'error',
      fact: 'Not found',
      detail: 'The setting codexCollab.codexPath names /nowhere/codex, which is not a file.',
      remedies: [{ kind: 'setCodexPath' }],
    });
    assert.equal(login.verdict, 'warning');
  });

  it('tells the version of a codex that is too old to have an app-server', async () => {
    const { codex } = await check(await fake('echo codex-cli 0.20.0', 'hasNoAppServer'));
    assert.deepEqual(codex, {
      verdict: 'error',
      fact: `Cannot be used: 0.20.0, ${SOURCE}`,
      detail: `The codex at ${path()} is too old: it has no app-server. Update it.`,
      remedies: [{ kind: 'installCodex' }, { kind: 'setCodexPath' }],
    });
  });

  it('knows an app-server of old times by what it cannot answer', async () => {
    const { codex } = await check(await fake('echo codex 0.44.0', 'isTooOld'));
    assert.equal(codex.verdict, 'error');
    assert.equal(codex.fact, `Cannot be used: 0.44.0, ${SOURCE}`);
    assert.equal(codex.detail, `This codex (0.169.0) is too old. Update it. (${path()})`);
    assert.deepEqual(codex.remedies, [{ kind: 'installCodex' }]);
  });

  it('takes the version from the app-server when the program prints rubbish', async () => {
    const printed = 'echo hello; echo codex-cli; echo my codex-cli 1.2.3';
    const { codex } = await check(await fake(printed, 'tellsAccount', { account: null }));
    assert.equal(codex.verdict, 'pass');
    assert.equal(codex.fact, `0.169.0, ${SOURCE}`);
  });

  it('does not take another program for codex', async () => {
    const { codex } = await check(await fake('echo hello', 'printsText'));
    assert.equal(codex.verdict, 'error');
    assert.equal(codex.fact, `Cannot be used: Unknown version, ${SOURCE}`);
    assert.match(codex.detail ?? '', /Is .*fake-codex codex\?/);
  });

  it('ends a program that hangs, and says so', async () => {
    const { codex, login } = await check(await fake('exec sleep 60', 'hangsInHandshakeForGood'), 500);
    assert.equal(codex.verdict, 'error');
    assert.match(codex.detail ?? '', /did not answer initialize within 0\.5 s/);
    assert.equal(login.verdict, 'warning');
  });

  it('ends an app-server that hangs later, and says so', async () => {
    const { codex } = await check(await fake('echo codex-cli 0.169.0', 'answersNothing'), 1500);
    assert.equal(codex.verdict, 'error');
    assert.match(codex.detail ?? '', /did not answer account\/read within 1\.5 s/);
  });

  it('finds no fault with a codex that does not tell who is logged in', async () => {
    const { codex, login } = await check(await fake('echo codex-cli 0.169.0', 'refusesAccount'));
    assert.equal(codex.verdict, 'pass');
    assert.deepEqual(login, { verdict: 'warning', fact: 'Unknown, since Codex does not tell' });
  });
});
