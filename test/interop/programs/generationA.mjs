// Acts as the first generation of the CLI: one folder of state for all workspaces.
// node generationA.mjs COMMAND [ID | PROMPT] [--dir FOLDER] …
import { answer } from './approval.mjs';
import { runCommand } from './commandLine.mjs';
import { deleteThread, kill } from './endThread.mjs';
import { clean, list } from './listing.mjs';
import { output, progress } from './reading.mjs';
import { run } from './run.mjs';
import { makeFolders } from './stateFolder.mjs';

const commands = {
  run: ({ folder, cwd, operand, options }) => run(folder, cwd, operand, options),
  jobs: ({ folder, options }) => list(folder, options),
  kill: ({ folder, operand, options }) => kill(folder, operand, options),
  delete: ({ folder, cwd, operand, options }) => deleteThread(folder, cwd, operand, options),
  approve: ({ folder, operand }) => answer(folder, operand, 'accept'),
  decline: ({ folder, operand }) => answer(folder, operand, 'decline'),
  clean: ({ folder }) => clean(folder),
  output: ({ folder, operand, options }) => output(folder, operand, options),
  progress: ({ folder, operand }) => progress(folder, operand),
};

await runCommand('A', commands, makeFolders);
