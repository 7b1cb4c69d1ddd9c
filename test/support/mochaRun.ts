import type Mocha from 'mocha';
import mocharc from '../../.mocharc.json';

/** The outcome of one run of mocha. A failing hook counts as a failed test, as mocha itself counts it. */
export interface MochaResults {
  passed: number;
  failed: number;
  failures: { title: string; error: string }[];
}

/**
 * Runs test files with the project's mocha options and hands each line of the report to `write` as it
 * happens. Works in plain Node and in an extension host.
 */
export async function runMocha(
  files: readonly string[],
  write: (line: string) => void,
  options: { grep?: string; timeoutMs?: number } = {},
): Promise<MochaResults> {
  // mocha is an ES module: imported late, so that a CommonJS bundle of this file can load it too.
  const { default: MochaRunner } = await import('mocha');
  const mocha = new MochaRunner({
    ui: 'bdd',
    timeout: options.timeoutMs ?? mocharc.timeout,
    forbidOnly: true,
    forbidPending: true,
    ...(options.grep === undefined ? {} : { grep: options.grep }),
  });
  for (const file of files) mocha.addFile(file);
  await mocha.loadFilesAsync();
  const results: MochaResults = { passed: 0, failed: 0, failures: [] };
  mocha.reporter(function report(runner: Mocha.Runner) {
    reportTo(runner, results, write);
  } as unknown as Mocha.ReporterConstructor);
  await new Promise<void>((resolve) => mocha.run(() => resolve()));
  for (const [index, { title, error }] of results.failures.entries()) {
    write(`\n  ${index + 1}) ${title}\n${indent(error, '     ')}`);
  }
  return results;
}

/** Prints titles as they come, like mocha's own spec reporter, and counts. */
function reportTo(runner: Mocha.Runner, results: MochaResults, write: (line: string) => void): void {
  let depth = 0;
  const line = (text: string): void => write('  '.repeat(depth) + text);
  runner.on('suite', (suite) => {
    if (!suite.root) line(suite.title);
    depth++;
  });
  runner.on('suite end', () => {
    depth--;
  });
  runner.on('pass', (test) => {
    results.passed++;
    const isSlow = (test.duration ?? 0) > test.slow();
    line(`✔ ${test.title}${isSlow ? ` (${test.duration ?? 0} ms)` : ''}`);
  });
  runner.on('fail', (test, error: unknown) => {
    results.failed++;
    results.failures.push({ title: test.fullTitle(), error: describeError(error) });
    line(`${results.failures.length}) ${test.title}`);
  });
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${describeError(error.cause)}`;
  return (error.stack ?? error.message) + cause;
}

function indent(text: string, by: string): string {
  return by + text.replaceAll('\n', `\n${by}`);
}
