// Builds dist/extension.js with its chunks, the program dist/guard.js, and the page of the transcript:
// dist/transcript.js, .css, codicon.ttf.
// Flags: --production (minified, no source map), --watch, --out FOLDER (instead of dist), --metafile (says in
// OUT/extension.meta.json of what each file is made).
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, context } from 'esbuild';

const { values } = parseArgs({
  options: {
    production: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    out: { type: 'string', default: 'dist' },
    metafile: { type: 'boolean', default: false },
  },
});

/** @type {import('esbuild').BuildOptions} */
const both = {
  outdir: values.out,
  bundle: true,
  minify: values.production,
  sourcemap: !values.production,
  metafile: values.metafile,
  logLevel: 'info',
};

/** @type {import('esbuild').BuildOptions} */
const inNode = {
  ...both,
  platform: 'node',
  // The Node of the extension host of engines.vscode.
  target: 'node22',
  format: 'esm',
  // tsconfig.json also carries the alias for vscode-languageclient/node.
  tsconfig: 'tsconfig.json',
};

/** @type {import('esbuild').BuildOptions} */
const guard = { ...inNode, entryPoints: ['src/guard.ts'] };

/** @type {import('esbuild').BuildOptions} */
const extension = {
  ...inNode,
  entryPoints: ['src/extension.ts'],
  // What is imported when it is needed becomes a file of its own.
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  // For dependencies in CommonJS that require modules of Node.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  external: ['vscode'],
};

/** @type {import('esbuild').BuildOptions} */
const transcript = {
  ...both,
  entryPoints: [
    { in: 'src/transcript/page.ts', out: 'transcript' },
    { in: 'src/transcript/styles/transcript.css', out: 'transcript' },
  ],
  assetNames: '[name]',
  loader: { '.ttf': 'file' },
  platform: 'browser',
  // The Chromium of engines.vscode.
  target: 'chrome138',
  format: 'iife',
  tsconfig: 'src/transcript/tsconfig.json',
};

// The names of chunks change with what is in them.
await rm(join(values.out, 'chunks'), { recursive: true, force: true });
if (values.watch) {
  for (const options of [extension, guard, transcript]) await (await context(options)).watch();
} else {
  const { metafile } = await build(extension);
  if (metafile) await writeFile(join(values.out, 'extension.meta.json'), JSON.stringify(metafile));
  await build(guard);
  await build(transcript);
}
