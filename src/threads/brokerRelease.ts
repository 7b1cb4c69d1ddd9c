import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { isRecord } from '../base/record';
import type { UnknownRecord } from '../base/record';
import { errorText, UserError } from '../base/userError';
import type { Broker } from '../state/broker';
import { withShortPath } from '../state/socketPath';

const TIMEOUT_MS = 5_000;
/** The broker's refusal while it serves somebody else. */
const BUSY_CODE = -32001;

/**
 * Asks an idle broker of the CLI to end, which frees every thread that it holds; only with the person's
 * consent, since other programs may use it. `'busy'`: it runs a turn and is left alone. Its wire is JSON-RPC
 * by lines, without the `jsonrpc` member.
 * @throws UserError when it cannot be reached, or answers as no broker that we know
 */
export async function releaseBroker(broker: Broker): Promise<'released' | 'busy'> {
  try {
    return await withShortPath(broker.socket, askAt);
  } catch (error) {
    throw new UserError(
      `The codex-collab command line (broker, process ${broker.pid}) could not be asked to let go (${errorText(error)}). Try again, or wait until it ends.`,
      { cause: error },
    );
  }
}

async function askAt(path: string): Promise<'released' | 'busy'> {
  const socket = connect(path);
  try {
    return await withTimeout(ask(socket));
  } finally {
    socket.destroy();
  }
}

async function ask(socket: Socket): Promise<'released' | 'busy'> {
  return await new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('it closed the connection')));
    const lines = createInterface({ input: socket });
    lines.on('error', reject); // passes on those of the socket
    lines.on('line', (line) => {
      const message = parse(line);
      if (message?.id !== 1 && message?.id !== 2) return;
      const { result, error } = message;
      if (isRecord(error)) {
        if (error.code === BUSY_CODE) resolve('busy');
        else reject(new Error('it refused'));
      } else if (message.id === 2) resolve('released');
      else if (!isRecord(result) || typeof result.busy !== 'boolean') {
        reject(new Error('its answer was not understood')); // whether it runs a turn is not known
      } else if (result.busy) resolve('busy');
      else socket.write(`${JSON.stringify({ id: 2, method: 'broker/shutdown', params: {} })}\n`);
    });
    const clientInfo = { name: 'codex-collab-vscode', title: null, version: '0' };
    socket.write(`${JSON.stringify({ id: 1, method: 'initialize', params: { clientInfo } })}\n`);
  });
}

function parse(line: string): UnknownRecord | undefined {
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
    timer = setTimeout(() => reject(new Error('it did not answer')), TIMEOUT_MS);
  });
  return await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
