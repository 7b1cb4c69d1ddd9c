// Builds dist/extension.cjs. Flags: --production (minified, no source map), --watch.
import { build, context } from 'esbuild';

const production = process.argv.includes('--production');

/** @type {import('esbuild').BuildOptions} */
const options = {
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.cjs',
  bundle: true,
  platform: 'node',
  // The Node of the extension host of engines.vscode.
  target: 'node22',
  format: 'cjs',
  external: ['vscode'],
  minify: production,
  sourcemap: !production,
  metafile: true,
  logLevel: 'info',
  // tsconfig.json also carries the alias for vscode-languageclient/node.
  tsconfig: 'tsconfig.json',
};

if (process.argv.includes('--watch')) {
  await (await context(options)).watch();
} else {
  await build(options);
}
