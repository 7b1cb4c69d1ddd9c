import { join } from 'node:path';
import { isRecord } from '../base/record';
import { readPlainFile } from './plainFile';
import { isProcessSince } from './processes';
import type { StateFolder } from './stateFolder';

/** The process in which generation B of the CLI keeps an app-server of a workspace alive between commands. */
export interface Broker {
  /** Path of its socket. */
  readonly socket: string;
  readonly pid: number;
  readonly version: string;
}

/** The live broker of a workspace, from its `broker.json`; undefined when there is none. Never throws. */
export async function readBroker(folder: StateFolder): Promise<Broker | undefined> {
  if (folder.layout === 'global') return undefined;
  const text = await readPlainFile(join(folder.path, 'broker.json')).catch(() => '');
  const value = parse(text);
  if (!isRecord(value)) return undefined;
  const { endpoint, pid, startedAt, version } = value;
  // The file stays behind when the broker ends: only its process tells whether it lives.
  if (typeof endpoint !== 'string' || typeof pid !== 'number' || typeof version !== 'string')
    return undefined;
  const since = typeof startedAt === 'string' ? Date.parse(startedAt) : NaN;
  const isAlive = await isProcessSince(pid, Number.isNaN(since) ? Infinity : since);
  const socket = /^(?:unix|pipe):(.+)$/.exec(endpoint)?.[1];
  return isAlive && socket !== undefined ? { socket, pid, version } : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // missing, or just being written: then there is no broker to speak of
  }
}
