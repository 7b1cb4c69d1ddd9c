// Acts as the second generation of the CLI: a folder of state for each workspace, with records of runs.
// node generationB.mjs COMMAND [ID | PROMPT] [--dir FOLDER] …
import { answer } from './approval.mjs';
import { runCommand } from './commandLine.mjs';
import { deleteThread, kill } from './endThread.mjs';
import { clean, list } from './listing.mjs';
import { prepareWorkspace } from './migration.mjs';
import { follow, output, progress } from './reading.mjs';
import { run } from './run.mjs';

const commands = {
  run: ({ folder, cwd, operand, options }) => run(folder, cwd, operand, options),
  threads: ({ folder, options }) => list(folder, options),
  kill: ({ folder, operand, options }) => kill(folder, operand, options),
  delete: ({ folder, cwd, operand, options }) => deleteThread(folder, cwd, operand, options),
  approve: ({ folder, operand }) => answer(folder, operand, 'accept'),
  decline: ({ folder, operand }) => answer(folder, operand, 'decline'),
  clean: ({ folder }) => clean(folder),
  output: ({ folder, operand, options }) => output(folder, operand, options),
  progress: ({ folder, operand }) => progress(folder, operand),
  follow: ({ folder, operand }) => follow(folder, operand),
};

await runCommand('B', commands, prepareWorkspace);
