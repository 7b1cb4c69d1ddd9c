/**
 * Copies the part of codex's own TypeScript bindings that `src/` uses into `src/appServer/protocol/`.
 *
 *   node --import tsx test/support/generateProtocol.ts            writes
 *   node --import tsx test/support/generateProtocol.ts --check    compares, exits 1 on any difference
 *
 * The roots are what `src/` imports of that folder, so a new type is had by importing it and running this.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));
const sourceFolder = join(projectRoot, 'src');
const protocolFolder = join(sourceFolder, 'appServer', 'protocol');
const codexScript = join(projectRoot, 'node_modules', '@openai', 'codex', 'bin', 'codex.js');

/** Generated files by their path under the protocol folder (`v2/Thread.ts`, always with `/`). */
type ProtocolFiles = Map<string, string>;

/** What has to happen to the copy so that it equals what codex generates. */
export interface ProtocolDifference {
  missing: string[];
  changed: string[];
  superfluous: string[];
}

/** Compares the copy in `src/appServer/protocol/` with what the installed codex generates. */
export async function compareProtocol(): Promise<ProtocolDifference> {
  return difference(await wantedFiles(), await presentFiles());
}

async function writeProtocol(): Promise<ProtocolDifference> {
  const wanted = await wantedFiles();
  const found = difference(wanted, await presentFiles());
  for (const name of [...found.missing, ...found.changed]) {
    const target = join(protocolFolder, name);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, wanted.get(name) ?? '');
  }
  for (const name of found.superfluous) await rm(join(protocolFolder, name));
  return found;
}

function difference(wanted: ProtocolFiles, present: ProtocolFiles): ProtocolDifference {
  const names = [...wanted.keys()];
  return {
    missing: names.filter((name) => !present.has(name)),
    changed: names.filter((name) => present.has(name) && present.get(name) !== wanted.get(name)),
    superfluous: [...present.keys()].filter((name) => !wanted.has(name)),
  };
}

async function wantedFiles(): Promise<ProtocolFiles> {
  const generated = await mkdtemp(join(tmpdir(), 'codex-protocol-'));
  try {
    await promisify(execFile)(process.execPath, [
      ...[codexScript, 'app-server', 'generate-ts', '--experimental', '--out', generated],
    ]);
    return await reachableFiles(generated, await rootTypes());
  } finally {
    await rm(generated, { recursive: true, force: true });
  }
}

/** The modules under the protocol folder that the rest of `src/` imports, without extension. */
async function rootTypes(): Promise<string[]> {
  const roots = new Set<string>();
  for (const name of await typeScriptFiles(sourceFolder)) {
    const file = join(sourceFolder, name);
    if (!relative(protocolFolder, file).startsWith('..')) continue;
    for (const specifier of relativeImports(await readFile(file, 'utf8'))) {
      const target = relative(protocolFolder, resolve(dirname(file), specifier));
      if (!target.startsWith('..')) roots.add(target.split(sep).join('/'));
    }
  }
  return [...roots];
}

async function reachableFiles(generated: string, roots: readonly string[]): Promise<ProtocolFiles> {
  const files: ProtocolFiles = new Map();
  const pending = [...roots];
  for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
    const name = `${module}.ts`;
    if (files.has(name)) continue;
    const text = await readFile(join(generated, name), 'utf8');
    files.set(name, text);
    const folder = posix.dirname(module);
    pending.push(...relativeImports(text).map((specifier) => posix.join(folder, specifier)));
  }
  return files;
}

async function presentFiles(): Promise<ProtocolFiles> {
  const files: ProtocolFiles = new Map();
  for (const name of await typeScriptFiles(protocolFolder)) {
    files.set(name.split(sep).join('/'), await readFile(join(protocolFolder, name), 'utf8'));
  }
  return files;
}

function relativeImports(text: string): string[] {
  return [...text.matchAll(/ from ['"](\.[^'"]+)['"]/g)].map((match) => match[1] ?? '');
}

async function typeScriptFiles(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
}

async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check');
  const found = await (isCheck ? compareProtocol() : writeProtocol());
  const count = found.missing.length + found.changed.length + found.superfluous.length;
  console.log(JSON.stringify(found, undefined, 2));
  console.log(isCheck ? `${count} differences` : `${count} files written or removed`);
  if (isCheck && count > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
