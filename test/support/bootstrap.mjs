// The way into every npm script that needs the project's dependencies: installs them when they are missing or
// out of date, then runs test/support/SCRIPT.ts. Plain Node, because nothing else is there yet.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname ?? '.', '..', '..');
const scripts = {
  start: 'test/support/start.ts',
  test: 'test/support/runTests.ts',
  bench: 'test/bench/run.ts',
  protocol: 'test/support/generateProtocol.ts',
};

const [name = '', ...args] = process.argv.slice(2);
const script = scripts[name];
if (script === undefined) fail(`Say one of: ${Object.keys(scripts).join(', ')}.`);
checkNode();
installDependencies();
runScript(script, args);

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node 20.19 or newer is needed; this is ${process.version}.`);
}

/** Leaves the lock's hash in node_modules, so that a changed lock is noticed whatever the clocks say. */
function installDependencies() {
  const stamp = join(root, 'node_modules', '.codex-collab-lock');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) ? readFileSync(stamp, 'utf8') === wanted : isInstalledByHand()) return;
  console.log('Installing dependencies (npm ci)');
  const npm = npmCli();
  // Their install scripts are not needed, and not run for safety's sake.
  const ci = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const options = { cwd: root, stdio: 'inherit' };
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...ci], options)
    : spawnSync('npm', ci, { ...options, shell: process.platform === 'win32' });
  if (status !== 0) fail('npm ci failed.');
  writeFileSync(stamp, wanted);
}

/** npm's own note of what it installed is newer than the lock. */
function isInstalledByHand() {
  const changed = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return changed('node_modules/.package-lock.json') > changed('package-lock.json');
}

function npmCli() {
  const bin = dirname(process.execPath);
  return [
    process.env.npm_execpath ?? '',
    join(bin, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(bin, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ].find((path) => path.endsWith('npm-cli.js') && existsSync(path));
}

/** Passes our arguments, terminal, signals and exit code through. */
function runScript(path, scriptArgs) {
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...scriptArgs], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A shell between npm and us dies of a signal without passing it on.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500);
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
