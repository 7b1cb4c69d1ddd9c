import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** In the environment of an app-server and so of everything below it; its value is new for each server. */
export const MARKER_VARIABLE = 'CODEX_COLLAB_VSCODE_SERVER';

/** An app-server of ours, or something below one. */
export interface MarkedProcess {
  readonly pid: number;
  readonly parent: number;
  /** Of the app-server. */
  readonly marker: string;
  /** The thread whose command it is, where codex says so. */
  readonly threadId: string | undefined;
  /** The program and its arguments. */
  readonly args: readonly string[];
}

/** Set by codex for the commands that it runs. */
const THREAD_VARIABLE = 'CODEX_THREAD_ID';
const READ_AT_ONCE = 64;

/**
 * All processes of this user's that carry the mark of an app-server of ours, whichever window started it, except
 * for those that were started below the same one as this process. None on Windows.
 */
export async function listMarkedProcesses(): Promise<MarkedProcess[]> {
  const marked = await allMarked();
  // Codex can start an editor too: that is no process of a turn.
  return marked.filter(({ marker }) => marker !== process.env[MARKER_VARIABLE]);
}

async function allMarked(): Promise<MarkedProcess[]> {
  switch (process.platform) {
    case 'linux':
      return await fromProc();
    case 'darwin':
      return await fromPs();
    default:
      return [];
  }
}

async function fromProc(): Promise<MarkedProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked: MarkedProcess[] = [];
  for (let start = 0; start < pids.length; start += READ_AT_ONCE) {
    const found = await Promise.all(pids.slice(start, start + READ_AT_ONCE).map(readFromProc));
    marked.push(...found.filter((each) => each !== undefined));
  }
  return marked;
}

async function readFromProc(pid: number): Promise<MarkedProcess | undefined> {
  try {
    const environment = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0');
    const marker = valueOf(MARKER_VARIABLE, environment);
    if (marker === undefined) return undefined;
    const [stat, args] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // After the command in brackets, which may hold brackets itself: the state, then the parent.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const threadId = valueOf(THREAD_VARIABLE, environment);
    return { pid, parent, marker, threadId, args: args.replace(/\0$/, '').split('\0') };
  } catch {
    return undefined; // another user's, or gone since
  }
}

function valueOf(variable: string, environment: readonly string[]): string | undefined {
  const assignment = environment.find((each) => each.startsWith(`${variable}=`));
  const value = assignment?.slice(variable.length + 1);
  return value === '' ? undefined : value;
}

/** `ps` puts the environment behind the arguments, with nothing in between: what it says without it tells. */
async function fromPs(): Promise<MarkedProcess[]> {
  const [withEnvironment, plain] = await Promise.all([ps('-E'), ps()]);
  const commands = new Map(plain.map(({ pid, text }) => [pid, text]));
  return withEnvironment.flatMap(({ pid, parent, text }) => {
    const command = commands.get(pid);
    if (command === undefined) return [];
    const environment = text.slice(command.length).split(' ');
    const marker = valueOf(MARKER_VARIABLE, environment);
    if (marker === undefined) return [];
    const threadId = valueOf(THREAD_VARIABLE, environment);
    return [{ pid, parent, marker, threadId, args: command.split(' ') }];
  });
}

async function ps(...options: string[]): Promise<{ pid: number; parent: number; text: string }[]> {
  const list = [...options, '-A', '-ww', '-o', 'pid=,ppid=,command='];
  const { stdout } = await promisify(execFile)('/bin/ps', list, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, text] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return text === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), text }];
  });
}
