// Acts as the broker of generation B: keeps an app-server alive between commands, with their threads loaded.
// node broker.mjs --codex CODEX [--version VERSION]
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { startServer } from './codexServer.mjs';
import { prepareWorkspace } from './migration.mjs';
import { stateFolder } from './stateFolder.mjs';

const busyCode = -32001;
/** Answered also while somebody else's turn runs. */
const alwaysServed = [
  ...['turn/interrupt', 'thread/read', 'thread/list'],
  ...['thread/goal/get', 'thread/goal/set', 'thread/goal/clear'],
];

const { values } = parseArgs({ options: { codex: { type: 'string' }, version: { type: 'string' } } });
const cwd = process.cwd();
const folder = stateFolder('B', cwd, 600);
prepareWorkspace(folder);
const codex = startServer(values.codex, cwd);
await codex.initialize();

/** The connection whose turn runs, or last asked for something: it gets the notifications. */
let owner;
let isBusy = false;
codex.onNotification = (method, params) => {
  if (owner !== undefined) send(owner, { method, params });
  if (method === 'turn/completed') isBusy = false;
};

process.chdir(folder.path); // the address of a socket may not be long
rmSync('broker.sock', { force: true });
const server = createServer((socket) => {
  socket.on('error', () => {});
  const lines = createInterface({ input: socket });
  lines.on('error', () => {}); // a client that goes away in mid-answer; readline passes on what its input says
  lines.on('line', (line) => void serve(socket, JSON.parse(line)));
});
server.listen('broker.sock', () => {
  writeDescription();
  console.log('ready');
});

function writeDescription() {
  const description = {
    endpoint: `unix:${join(folder.path, 'broker.sock')}`,
    ...{ pid: process.pid, sessionDir: folder.path, startedAt: new Date().toISOString() },
    version: values.version ?? '0.3.1',
  };
  writeFileSync('broker.json.tmp', JSON.stringify(description, null, 2), { mode: 0o600 });
  renameSync('broker.json.tmp', 'broker.json');
}

async function serve(socket, { id, method, params }) {
  if (id === undefined) return;
  if (method === 'initialize')
    send(socket, { id, result: { userAgent: 'codex-collab-broker', busy: isBusy } });
  else if (method === 'broker/shutdown') await shutDown(socket, id);
  else if (isBusy && socket !== owner && !alwaysServed.includes(method)) {
    send(socket, { id, error: { code: busyCode, message: 'Shared Codex broker is busy.' } });
  } else await passOn(socket, { id, method, params });
}

async function passOn(socket, { id, method, params }) {
  if (!isBusy) owner = socket;
  if (method === 'turn/start') isBusy = true; // until turn/completed, also when its connection goes
  try {
    send(socket, { id, result: await codex.request(method, params) });
  } catch (error) {
    if (method === 'turn/start') isBusy = false;
    send(socket, { id, error: { code: error.code, message: error.message } });
  }
}

/** The description stays behind. */
async function shutDown(socket, id) {
  send(socket, { id, result: {} });
  await codex.close();
  rmSync('broker.sock', { force: true });
  process.exit(0);
}

function send(socket, message) {
  if (!socket.destroyed) socket.write(`${JSON.stringify(message)}\n`);
}
