import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { isRecord } from '../base/record';
import type { Broker } from '../state/broker';

const TIMEOUT_MS = 5_000;

/**
 * Asks an idle broker of the CLI to end, which frees every thread that it holds; only with the person's
 * consent, since other programs may use it. `'busy'`: it runs a turn and is left alone. Rejects when it cannot
 * be reached. Its wire is JSON-RPC by lines, without the `jsonrpc` member.
 */
export async function releaseBroker(broker: Broker): Promise<'released' | 'busy'> {
  const socket = connect(broker.socket);
  try {
    const answer = await withTimeout(ask(socket));
    return answer;
  } finally {
    socket.destroy();
  }
}

async function ask(socket: Socket): Promise<'released' | 'busy'> {
  return await new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('The broker closed the connection.')));
    createInterface({ input: socket }).on('line', (line) => {
      const message = parse(line);
      if (message?.id === 1) {
        const result = message.result;
        if (isRecord(result) && result.busy === true) return resolve('busy');
        socket.write(`${JSON.stringify({ id: 2, method: 'broker/shutdown', params: {} })}\n`);
      } else if (message?.id === 2) resolve('released');
    });
    const clientInfo = { name: 'codex-collab-vscode', title: null, version: '0' };
    socket.write(`${JSON.stringify({ id: 1, method: 'initialize', params: { clientInfo } })}\n`);
  });
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // a line that is no message says nothing to us
  }
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The broker did not answer.')), TIMEOUT_MS);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
