import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildHostTests } from './buildHostTests';
import { installBrowser } from './installBrowser';
import { npmScript } from './installRun';
import { installVsCode } from './installVsCode';
import type { VsCodeChoice } from './installVsCode';
import { ModelStub } from './modelStub/modelStub';
import { outFolder, projectRoot } from './paths';
import { createScratchHome } from './scratchHome';
import { runScript, runTestFiles } from './tierProcess';
import type { TierCounts } from './tierProcess';
import { runInExtensionHost } from './vscodeHostRun';

/** What a person may ask of a run. */
export interface TierOptions {
  /** The editors for the host tier. */
  readonly editors: readonly VsCodeChoice[];
  /** Only tests whose full title contains it. */
  readonly grep: string | undefined;
}

/** The tiers by name, in the order in which they run: what breaks soonest comes first. */
export const tiers: Readonly<Record<string, (options: TierOptions) => Promise<TierCounts>>> = {
  lint: () => runNpmScript('lint'),
  types: () => runNpmScript('types'),
  unit: (options) => runFiles(['unit', 'interop'], options),
  build: runBuildTier,
  host: runHostTier,
  e2e: (options) => runFiles(['e2e'], options, 60_000),
};

/** The production build, packaged. */
async function runBuildTier(): Promise<TierCounts> {
  await mkdir(outFolder, { recursive: true });
  return runNpmScript('package');
}

/** A check that is a script of package.json counts as one test. */
async function runNpmScript(name: string): Promise<TierCounts> {
  const isGood = await runScript(...npmScript(name));
  return isGood ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function runFiles(folders: string[], options: TierOptions, timeoutMs?: number): Promise<TierCounts> {
  const files = await Promise.all(folders.map((folder) => testFiles(folder)));
  return runTestFiles([
    ...(timeoutMs === undefined ? [] : ['--timeout', String(timeoutMs)]),
    ...(options.grep === undefined ? [] : ['--grep', options.grep]),
    ...files.flat(),
  ]);
}

async function testFiles(folder: string): Promise<string[]> {
  const root = join(projectRoot, 'test', folder);
  const entries = await readdir(root, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.test.ts'))
    .sort()
    .map((entry) => join(root, entry));
}

async function runHostTier(options: TierOptions): Promise<TierCounts> {
  const testsPath = await buildHostTests();
  const browser = await installBrowser();
  const total = { passed: 0, failed: 0 };
  for (const choice of options.editors) {
    const { passed, failed } = await runInOneEditor(choice, testsPath, browser, options.grep);
    total.passed += passed;
    total.failed += failed;
  }
  return total;
}

async function runInOneEditor(
  choice: VsCodeChoice,
  testsPath: string,
  browser: string,
  grep: string | undefined,
): Promise<TierCounts> {
  const vscode = await installVsCode(choice);
  console.log(`  VS Code ${vscode.version}`);
  const model = await ModelStub.start();
  const home = await createScratchHome({ modelBaseUrl: model.baseUrl });
  try {
    return await runInExtensionHost({
      vscode,
      browser,
      extensionDevelopmentPath: projectRoot,
      testsPath,
      workspace: await home.workspace('sample'),
      env: { ...home.env, ...(grep === undefined ? {} : { CODEX_COLLAB_TEST_GREP: grep }) },
      write: (line) => console.log(line),
    });
  } finally {
    await home.dispose();
    await model.stop();
  }
}
