import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { projectRoot } from './paths';
import { createTemporaryFolder } from './temporaryFolder';

/** What an extension host reads and parses to activate: the bundle, with all that it imports at once. */
export interface StartupBundle {
  readonly bytes: number;
  /** The modules it is made of, as paths below the project. */
  readonly modules: ReadonlySet<string>;
}

/** Makes the production build in a folder of its own. */
export async function buildStartupBundle(): Promise<StartupBundle> {
  const folder = await createTemporaryFolder('bundle-');
  try {
    const args = ['esbuild.mjs', '--production', '--metafile', '--out', folder.path];
    await promisify(execFile)(process.execPath, args, { cwd: projectRoot });
    const text = await readFile(join(folder.path, 'extension.meta.json'), 'utf8');
    return startupOf(JSON.parse(text) as Metafile);
  } finally {
    await folder.remove();
  }
}

function startupOf({ outputs }: Metafile): StartupBundle {
  const [entry = ''] =
    Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === 'src/extension.ts') ?? [];
  const files = new Set([entry]);
  const modules = new Set<string>();
  let bytes = 0;
  for (const file of files) {
    const output = outputs[file];
    if (output === undefined) throw new Error(`The build has no ${file}.`);
    bytes += output.bytes;
    for (const module of Object.keys(output.inputs)) modules.add(module);
    for (const { path, kind, external } of output.imports)
      if (kind === 'import-statement' && external !== true) files.add(path);
  }
  return { bytes, modules };
}
