import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { BenchTools } from './benchmark';
import { benchmarks } from './benchmarks';
import { summarise } from './measure';
import type { Measurement } from './measure';
import { packageExtension } from './packagedBuild';
import { resultTable } from './resultTable';

const usage = `Usage: npm run bench -- [--only NAME…] [--json FILE]
Names: ${benchmarks.map(({ name }) => name).join(', ')}`;

/** Runs the chosen benchmarks one after the other; one that fails does not keep the others from running. */
async function main(): Promise<void> {
  const { names, json } = readArguments();
  const tools = benchTools();
  const measurements: Measurement[] = [];
  for (const benchmark of benchmarks.filter(({ name }) => names.length === 0 || names.includes(name))) {
    process.stderr.write(`${benchmark.name} …\n`);
    try {
      measurements.push(...(await benchmark.run(tools)));
    } catch (error) {
      console.error(`${benchmark.name} failed:`, error);
      process.exitCode = 1;
    }
  }
  console.log(resultTable(measurements));
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify(measurements.map(summarise), undefined, 2)}\n`);
  }
}

/** Ends the program when there is nothing of that name. */
function readArguments(): { names: readonly string[]; json: string | undefined } {
  try {
    const options = { only: { type: 'string', multiple: true }, json: { type: 'string' } } as const;
    // The first name belongs to `--only`; the others that follow it are free words to the parser.
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const names = [...(values.only ?? []), ...positionals];
    const known = new Set(benchmarks.map(({ name }) => name));
    const unknown = names.find((name) => !known.has(name));
    if (unknown !== undefined) throw new Error(`There is no benchmark "${unknown}".`);
    return { names, json: values.json };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

function benchTools(): BenchTools {
  let packaged: Promise<string> | undefined;
  return {
    packaged: () => (packaged ??= packageExtension()),
    note: (line) => void process.stderr.write(`  ${line}\n`),
  };
}

await main();
