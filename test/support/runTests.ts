// npm test [-- TIER…] [--editor newest|floor] [--grep TEXT]
// Runs the tiers one after the other, goes on behind one that fails, and ends with "N passed, N failed".
import { parseArgs } from 'node:util';
import { endWithSignals } from './endWithSignals';
import { installGit } from './installGit';
import type { VsCodeChoice } from './installVsCode';
import type { TierCounts } from './tierProcess';
import { tiers } from './tiers';
import type { TierOptions } from './tiers';

async function runTiers(names: readonly string[], options: TierOptions): Promise<TierCounts> {
  const total = { passed: 0, failed: 0 };
  for (const name of names) {
    console.log(`\n=== ${name}`);
    const start = performance.now();
    const { passed, failed } = await runTier(name, options);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`--- ${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
    total.passed += passed;
    total.failed += failed;
  }
  return total;
}

/** A tier that cannot run is one failed test. */
async function runTier(name: string, options: TierOptions): Promise<TierCounts> {
  try {
    return (await tiers[name]?.(options)) ?? { passed: 0, failed: 0 };
  } catch (error) {
    console.log(error instanceof Error ? error.stack : error);
    return { passed: 0, failed: 1 };
  }
}

/** The wanted tiers in their order; both editors' tests need what `build` makes. */
function chooseTiers(wanted: readonly string[]): string[] {
  const all = Object.keys(tiers);
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`There is no tier "${unknown}", only ${all.join(', ')}.`);
  const needsBuild = wanted.includes('host') || wanted.includes('e2e');
  return wanted.length === 0
    ? all
    : all.filter((name) => wanted.includes(name) || (needsBuild && name === 'build'));
}

function chooseEditors(name: string | undefined): VsCodeChoice[] {
  if (name === undefined) return ['newest', 'floor'];
  if (name === 'newest' || name === 'floor') return [name];
  throw new Error(`There is no editor "${name}", only newest and floor.`);
}

endWithSignals();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { editor: { type: 'string' }, grep: { type: 'string' } },
});
const chosen = chooseTiers(positionals);
const options = { editors: chooseEditors(values.editor), grep: values.grep };
await installGit();
const { passed, failed } = await runTiers(chosen, options);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
