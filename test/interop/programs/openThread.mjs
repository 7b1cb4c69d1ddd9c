// Has a thread open in an app-server of its own, in which nothing runs, until it is told to end (SIGTERM).
// node openThread.mjs THREAD --codex CODEX [--unsubscribe]
import { parseArgs } from 'node:util';
import { startServer } from './codexServer.mjs';

const options = { codex: { type: 'string' }, unsubscribe: { type: 'boolean' } };
const { values, positionals } = parseArgs({ options, allowPositionals: true });
const [threadId] = positionals;
const server = startServer(values.codex, process.cwd());
process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
await server.initialize();
await server.request('thread/resume', { threadId });
if (values.unsubscribe) await server.request('thread/unsubscribe', { threadId });
console.log('ready');
