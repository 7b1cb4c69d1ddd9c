import assert from 'node:assert/strict';
import { ScratchMachine } from './scratchMachine';

const home = '/home/me';
const linuxNative = 'codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex';
const missing =
  'Codex was not found: neither in PATH nor where npm, nvm, mise, bun and Homebrew put it. Install it, or set its path.';

describe('findCodex', () => {
  let machine: ScratchMachine;
  beforeEach(async () => (machine = await ScratchMachine.create('linux')));
  afterEach(() => machine.dispose());

  it('says what to do when there is no codex', async () => {
    const result = await machine.findResult({ PATH: '/usr/bin' });
    assert.ok(result.kind === 'missing');
    assert.equal(result.error.message, missing);
    assert.deepEqual(result.error.remedies, [{ kind: 'setCodexPath' }, { kind: 'installCodex' }]);
  });

  it('takes the first codex of PATH that may be executed', async () => {
    await machine.addFile('/a/codex');
    await machine.addProgram('/b/codex');
    await machine.addProgram('/c/codex');
    await machine.addProgram(`${home}/.local/bin/codex`);
    assert.equal(await machine.find({ PATH: '/none:/a:/b:/c' }), 'path: /b/codex');
  });

  it('never looks into relative folders of PATH, which are those of the workspace', async () => {
    await machine.addProgram('/codex');
    await machine.addProgram('/node_modules/.bin/codex');
    assert.equal(await machine.find({ PATH: '.::node_modules/.bin:./node_modules/.bin' }), missing);
  });

  const places: Record<string, { at: string; env?: NodeJS.ProcessEnv }> = {
    nvm: { at: `${home}/.nvm/versions/node/v22.1.0/bin/codex` },
    'nvm elsewhere': { at: '/opt/nvm/versions/node/v22.1.0/bin/codex', env: { NVM_DIR: '/opt/nvm' } },
    'mise, its node': { at: `${home}/.local/share/mise/installs/node/22.1.0/bin/codex` },
    'mise, its npm backend': { at: `${home}/.local/share/mise/installs/npm-openai-codex/0.169.0/bin/codex` },
    'mise, its shims': { at: `${home}/.local/share/mise/shims/codex` },
    asdf: { at: `${home}/.asdf/installs/nodejs/22.1.0/bin/codex` },
    'asdf, its shims': { at: `${home}/.asdf/shims/codex` },
    fnm: { at: `${home}/.local/share/fnm/node-versions/v22.1.0/installation/bin/codex` },
    volta: { at: `${home}/.volta/bin/codex` },
    bun: { at: `${home}/.bun/bin/codex` },
    'Homebrew on Apple silicon': { at: '/opt/homebrew/bin/codex' },
    'Homebrew on Intel': { at: '/usr/local/bin/codex' },
    'Homebrew on Linux': { at: '/home/linuxbrew/.linuxbrew/bin/codex' },
    'npm with a prefix of its own': { at: `${home}/.npm-global/bin/codex` },
    'npm with a configured prefix': { at: '/opt/npm/bin/codex', env: { npm_config_prefix: '/opt/npm' } },
    pnpm: { at: `${home}/.local/share/pnpm/codex` },
    '~/.local/bin': { at: `${home}/.local/bin/codex` },
    cargo: { at: `${home}/.cargo/bin/codex` },
  };
  for (const [name, { at, env }] of Object.entries(places)) {
    it(`finds the codex of ${name} outside of PATH`, async () => {
      await machine.addProgram(at);
      assert.equal(await machine.find({ PATH: '/usr/bin', ...env }), `knownPlace: ${at}`);
    });
  }

  it('takes the newest version, by number', async () => {
    for (const version of ['v9.11.2', 'v22.10.0', 'v22.9.0']) {
      await machine.addProgram(`${home}/.nvm/versions/node/${version}/bin/codex`);
    }
    assert.equal(await machine.find(), `knownPlace: ${home}/.nvm/versions/node/v22.10.0/bin/codex`);
  });

  describe('with a setting', () => {
    it('takes that and nothing else', async () => {
      await machine.addProgram('/b/codex');
      await machine.addProgram(`${home}/my codex`);
      assert.equal(await machine.find({ PATH: '/b' }, `${home}/my codex`), `setting: ${home}/my codex`);
      assert.equal(await machine.find({ PATH: '/b' }, ' ~/my codex '), `setting: ${home}/my codex`);
    });

    const bad = {
      '/gone/codex': 'is not a file',
      [home]: 'is not a file',
      [`${home}/notes.txt`]: 'may not be executed',
      'node_modules/.bin/codex': 'is not an absolute path',
    };
    for (const [path, what] of Object.entries(bad)) {
      it(`refuses one that ${what}: ${path}`, async () => {
        await machine.addFile(`${home}/notes.txt`);
        await machine.addProgram('/b/codex');
        await machine.addProgram('/node_modules/.bin/codex');
        const result = await machine.findResult({ PATH: '/b' }, path);
        assert.ok(result.kind === 'missing');
        assert.equal(result.error.message, `The setting codexCollab.codexPath names ${path}, which ${what}.`);
        assert.deepEqual(result.error.remedies, [{ kind: 'setCodexPath' }]);
      });
    }
  });

  describe('of npm', () => {
    const modules = '/usr/lib/node_modules/@openai';
    beforeEach(async () => {
      await machine.addProgram(`${modules}/codex/bin/codex.js`);
      await machine.addLink('/usr/bin/codex', `${modules}/codex/bin/codex.js`);
    });

    const layouts = {
      'below the package': `${modules}/codex/node_modules/@openai/${linuxNative}`,
      'beside the package': `${modules}/${linuxNative}`,
      'in the package itself': `${modules}/codex/vendor/x86_64-unknown-linux-musl/bin/codex`,
    };
    for (const [name, native] of Object.entries(layouts)) {
      it(`runs the native program ${name}`, async () => {
        await machine.addProgram(native);
        assert.equal(await machine.find({ PATH: '/usr/bin' }), `path: ${native}`);
        assert.equal(await machine.find({}, '/usr/bin/codex'), `setting: ${native}`);
      });
    }

    it('runs the launcher by the Node beside it when the native program is not there', async () => {
      await machine.addProgram('/opt/node/bin/node');
      const launcher = `${modules}/codex/bin/codex.js`;
      assert.equal(
        await machine.find({ PATH: '/usr/bin:/opt/node/bin' }),
        `path: /opt/node/bin/node ${launcher}`,
      );
      await machine.addProgram('/usr/bin/node');
      assert.equal(await machine.find({ PATH: '/opt/node/bin:/usr/bin' }), `path: /usr/bin/node ${launcher}`);
    });

    it('leaves it to the launcher to find a Node when we find none', async () => {
      assert.equal(await machine.find({ PATH: '/usr/bin' }), 'path: /usr/bin/codex');
    });
  });

  it('sees through the script of pnpm to the native program', async () => {
    const pnpm = `${home}/.local/share/pnpm`;
    const store = `${pnpm}/global/5/.pnpm/@openai+codex@0.169.0/node_modules/@openai`;
    await machine.addProgram(`${pnpm}/codex`);
    await machine.addProgram(`${store}/codex/bin/codex.js`);
    await machine.addProgram(`${store}/${linuxNative}`);
    await machine.addLink(`${pnpm}/global/5/node_modules/@openai/codex`, `${store}/codex`);
    assert.equal(await machine.find(), `knownPlace: ${store}/${linuxNative}`);
  });
});

describe('findCodex on Windows', () => {
  let machine: ScratchMachine;
  beforeEach(async () => (machine = await ScratchMachine.create('win32')));
  afterEach(() => machine.dispose());

  const npm = 'C:\\Users\\me\\AppData\\Roaming\\npm';
  const launcher = `${npm}\\node_modules\\@openai\\codex\\bin\\codex.js`;
  const native = `${npm}\\node_modules\\@openai\\codex\\node_modules\\@openai\\codex-win32-x64\\vendor\\x86_64-pc-windows-msvc\\bin\\codex.exe`;

  it('finds codex.exe in PATH, however that is spelt', async () => {
    await machine.addProgram('D:\\tools\\codex.exe');
    assert.equal(await machine.find({ Path: 'bin;.;C:\\Windows;"D:\\tools"' }), 'path: D:\\tools\\codex.exe');
  });

  it('goes by the order of PATHEXT and past scripts that it cannot run without a shell', async () => {
    await machine.addProgram('D:\\a\\codex.cmd');
    await machine.addProgram('D:\\b\\codex.com');
    await machine.addProgram('D:\\b\\codex.exe');
    const Path = 'D:\\a;D:\\b';
    assert.equal(await machine.find({ Path, PATHEXT: '.CMD;.EXE;.COM' }), 'path: D:\\b\\codex.exe');
    assert.equal(await machine.find({ Path }), 'path: D:\\b\\codex.com');
  });

  it('sees through the scripts of npm to the native program', async () => {
    await machine.addFile(`${npm}\\codex`);
    await machine.addProgram(`${npm}\\codex.cmd`);
    await machine.addProgram(launcher);
    await machine.addProgram(native);
    const APPDATA = 'C:\\Users\\me\\AppData\\Roaming';
    assert.equal(await machine.find({ APPDATA }), `knownPlace: ${native}`);
    assert.equal(await machine.find({ Path: npm }), `path: ${native}`);
    assert.equal(await machine.find({}, `${npm}\\codex.cmd`), `setting: ${native}`);
  });

  it('runs the launcher of npm by Node when the native program is not there', async () => {
    await machine.addProgram(`${npm}\\codex.cmd`);
    await machine.addProgram(launcher);
    await machine.addProgram('C:\\Program Files\\nodejs\\node.exe');
    assert.equal(
      await machine.find({ Path: `${npm};C:\\Program Files\\nodejs` }),
      `path: C:\\Program Files\\nodejs\\node.exe ${launcher}`,
    );
  });

  it('refuses a script as setting that it cannot run without a shell', async () => {
    await machine.addProgram('D:\\a\\codex.cmd');
    assert.match(
      await machine.find({}, 'D:\\a\\codex.cmd'),
      /is a script that cannot be run without a shell\.$/,
    );
  });

  for (const at of ['.bun\\bin', '.cargo\\bin', 'AppData\\Local\\Volta\\bin', 'AppData\\Local\\pnpm']) {
    it(`finds codex.exe in ${at} outside of PATH`, async () => {
      const path = `C:\\Users\\me\\${at}\\codex.exe`;
      await machine.addProgram(path);
      assert.equal(await machine.find(), `knownPlace: ${path}`);
    });
  }
});
