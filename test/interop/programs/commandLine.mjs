// What the programs of both generations have in common: arguments, and how an error becomes an exit code.
import { parseArgs } from 'node:util';
import { stateFolder } from './stateFolder.mjs';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const options = {
  ...{ json: flag, last: flag, 'content-only': flag, dir: { ...text, short: 'd' }, resume: text },
  // For tests: the id of a new thread, a codex to run turns on that asks for leave, or the broker's, fewer tries for a lock, a
  // slower `kill`.
  ...{ thread: text, codex: text, ask: flag, broker: flag, tries: text, interrupt: text },
};

/** Runs the command that the arguments name. Commands return an exit code, or nothing for 0. */
export async function runCommand(generation, commands, prepare) {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [name, operand = ''] = positionals;
  const cwd = values.dir ?? process.cwd();
  try {
    const folder = stateFolder(generation, cwd, Number(values.tries ?? 600));
    prepare(folder);
    process.exitCode = (await commands[name]({ folder, cwd, operand, options: values })) ?? 0;
  } catch (error) {
    console.error(`Fatal: ${error.message}`);
    process.exitCode = 1;
  }
}
