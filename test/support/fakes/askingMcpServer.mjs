// An MCP server (stdio) whose tool asks the person what its arguments say: they are the params of
// `elicitation/create`. The answer is the tool's result.
//   node askingMcpServer.mjs
import { createInterface } from 'node:readline';

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const tool = (name, annotations) => ({ name, annotations, inputSchema: { type: 'object' } });
const tools = [tool('ask', { readOnlyHint: true }), tool('change', { destructiveHint: true })];
const calls = new Map();
const ended = (id, text) => send({ id, result: { content: [{ type: 'text', text }] } });

const answers = {
  initialize: (id, { protocolVersion }) => {
    const serverInfo = { name: 'asking', version: '1' };
    send({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
  },
  'tools/list': (id) => send({ id, result: { tools } }),
  'tools/call': (id, { name, arguments: params }) => {
    if (name === 'change') return ended(id, 'changed');
    calls.set(`ask-${id}`, id);
    send({ id: `ask-${id}`, method: 'elicitation/create', params });
  },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params, ...answer } = JSON.parse(line);
  if (method !== undefined) return answers[method]?.(id, params);
  ended(calls.get(id), JSON.stringify(answer.result ?? answer.error));
});
