// node --import tsx test/support/mochaFiles.ts [--timeout MS] [--grep TEXT] FILE…
// Runs test files in plain Node and sends the results to the parent process, see runTests.ts.
import { parseArgs } from 'node:util';
import { endWithSignals } from './endWithSignals';
import { runMocha } from './mochaRun';

endWithSignals();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { timeout: { type: 'string' }, grep: { type: 'string' } },
});
const results = await runMocha(positionals, (line) => console.log(line), {
  ...(values.timeout === undefined ? {} : { timeoutMs: Number(values.timeout) }),
  ...(values.grep === undefined ? {} : { grep: values.grep }),
});
process.send?.(results, () => process.exit(results.failed === 0 ? 0 : 1));
