// The real codex, but for one thing that never comes through: the request `turn/start`, or its answer.
//   node slowCodex.mjs request|answer CODEX app-server
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const [held, codex, ...args] = process.argv.slice(2);
const child = spawn(codex, args, { stdio: ['pipe', 'pipe', 'inherit'] });
child.once('exit', () => process.exit(0));
let id;

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line);
    if (message.method === 'turn/start') id = message.id;
    if (message.method !== 'turn/start' || held !== 'request') child.stdin.write(`${line}\n`);
  })
  .on('close', () => child.stdin.end());
createInterface({ input: child.stdout }).on('line', (line) => {
  const message = JSON.parse(line);
  const isAnswer = message.method === undefined && message.id === id;
  if (!isAnswer || held !== 'answer') process.stdout.write(`${line}\n`);
});
