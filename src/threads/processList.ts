import { basename } from 'node:path';
import { endFamily, findFamilies } from '../appServer/leftoverFamilies';
import type { LeftoverFamily, MarkedFamilies } from '../appServer/leftoverFamilies';
import type { MarkedProcess } from '../appServer/markedProcesses';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import { readBroker } from '../state/broker';
import { isProcessAlive, processStartedAt } from '../state/processes';
import type { StateRoot } from '../state/stateRoot';
import type { CodexLauncher } from './codexLauncher';
import type { LiveRuns } from './liveRuns';
import type { OwnRuns } from './ownRuns';
import { cutAtWord, singleLine } from './threadTitle';
import type { ThreadStore } from './threadStore';
import type { UtilityServer } from './utilityServer';

/** Whose a process is, in the order in which they are listed. */
const OWNERS = ['thisWindow', 'otherWindows', 'cli', 'nobody'] as const;
export type ProcessOwner = (typeof OWNERS)[number];

/** A process of codex, or one that it left behind. */
export interface ListedProcess {
  readonly owner: ProcessOwner;
  /** What it is, on one line. */
  readonly title: string;
  readonly pid: number;
  /** How many more processes it has below it, as far as they end with it. */
  readonly more: number;
  /** Epoch milliseconds; undefined where the system does not tell. */
  readonly startedAt: number | undefined;
  /** The thread whose turn runs in it, or that left it behind. */
  readonly threadId: string | undefined;
  /** What can be done about it: the turn can be killed, or what is left ended. */
  readonly end:
    { readonly kind: 'kill' } | { readonly kind: 'leftover'; readonly family: LeftoverFamily } | undefined;
}

type Found = Omit<ListedProcess, 'startedAt' | 'more' | 'end'> & Partial<Pick<ListedProcess, 'more' | 'end'>>;

/** What there may be of one command is long; the rest of it says little. */
const COMMAND_LENGTH = 60;

export interface ProcessListParts {
  readonly store: ThreadStore;
  readonly runs: LiveRuns;
  readonly launcher: CodexLauncher;
  readonly utility: UtilityServer;
  readonly ownRuns: OwnRuns;
  readonly root: StateRoot;
  readonly log: Log;
}

/** Finds the processes that run for codex threads, whoever started them, and those that nobody ended. */
export class ProcessList {
  readonly #parts: ProcessListParts;

  constructor(parts: ProcessListParts) {
    this.#parts = parts;
  }

  /** Those of this window first, what is left over last. Never rejects. */
  async list(): Promise<ListedProcess[]> {
    const [families, otherRuns, brokers] = await Promise.all([
      this.#families(),
      this.#ofOtherWindows(),
      this.#brokers(),
    ]);
    const ours = this.#ofThisWindow();
    const known = new Set([...ours, ...otherRuns].map(({ pid }) => pid));
    const others = families.servers.filter(({ pid }) => !known.has(pid)).map(serverWithoutTurn);
    const leftovers = families.leftovers.map((family) => this.#leftover(family));
    const found = [...ours, ...otherRuns, ...others, ...this.#ofCli(), ...brokers, ...leftovers];
    found.sort((a, b) => OWNERS.indexOf(a.owner) - OWNERS.indexOf(b.owner));
    return await Promise.all(
      found.map(async (each) => ({
        more: 0,
        end: undefined,
        ...each,
        startedAt: await processStartedAt(each.pid),
      })),
    );
  }

  /**
   * Ends what was left over; false when some of it lives on.
   * @throws UserError when it cannot be told what is not ours to end
   */
  async endLeftovers(processes: readonly ListedProcess[]): Promise<boolean> {
    const families = processes.flatMap(({ end }) => (end?.kind === 'leftover' ? [end.family] : []));
    const foreign = await this.#parts.ownRuns.foreignPids();
    const isEnded = await Promise.all(families.map((family) => endFamily(family, foreign)));
    return isEnded.every(Boolean);
  }

  #ofThisWindow(): Found[] {
    const { launcher, runs, utility } = this.#parts;
    const byPid = new Map([...runs.all()].map((run) => [run.pid, run]));
    return [...launcher.servers].map(({ pid }): Found => {
      const run = byPid.get(pid);
      if (run !== undefined) return { ...this.#run(run), owner: 'thisWindow' };
      const title = pid === utility.pid ? 'Background server' : 'Server for the next prompt';
      return { owner: 'thisWindow', title, pid, threadId: undefined };
    });
  }

  async #ofOtherWindows(): Promise<Found[]> {
    const runs = await this.#parts.ownRuns.ofOtherWindows();
    return runs.map((run) => ({ ...this.#run(run), owner: 'otherWindows' }));
  }

  #run({ threadId, shortId, pid }: RunProcess): Omit<Found, 'owner'> {
    const title = this.#parts.store.get(threadId)?.title ?? `Thread ${shortId}`;
    return { title, pid, threadId, end: { kind: 'kill' } };
  }

  #ofCli(): Found[] {
    return this.#parts.store.active().flatMap(({ id, shortId, owner, ownerPid }): Found[] => {
      if (owner !== 'cli' || ownerPid === undefined || !isProcessAlive(ownerPid)) return [];
      return [{ ...this.#run({ threadId: id, shortId, pid: ownerPid }), owner: 'cli' }];
    });
  }

  /** The CLI ends them itself when nobody has used them for a while. */
  async #brokers(): Promise<Found[]> {
    const { root, log } = this.#parts;
    try {
      const folders = await root.listWorkspaces();
      const brokers = await Promise.all(
        folders.map(async (folder): Promise<Found | undefined> => {
          const broker = await readBroker(folder);
          const title = `Broker of ${folder.key.replace(/-[0-9a-f]{16}$/, '')}`;
          return broker && { owner: 'cli', title, pid: broker.pid, threadId: undefined };
        }),
      );
      return brokers.filter((broker) => broker !== undefined);
    } catch (error) {
      log.warn(`Brokers could not be looked for: ${errorText(error)}`);
      return [];
    }
  }

  #leftover(family: LeftoverFamily): Found {
    const { pid, args, threadId } = family.head;
    const [program = '', ...rest] = args;
    const title = cutAtWord(singleLine([basename(program), ...rest].join(' ')), COMMAND_LENGTH);
    const more = family.pids.length - 1;
    return { owner: 'nobody', title, pid, more, threadId, end: { kind: 'leftover', family } };
  }

  async #families(): Promise<MarkedFamilies> {
    const { launcher, ownRuns, log } = this.#parts;
    try {
      const foreign = await ownRuns.foreignPids();
      return await findFamilies(new Set([...launcher.servers].map(({ marker }) => marker)), foreign);
    } catch (error) {
      log.warn(`Left-over processes could not be looked for: ${errorText(error)}`);
      return { servers: [], leftovers: [] };
    }
  }
}

/** One that a window of ours has just started, or another one's for all that is no turn. */
function serverWithoutTurn({ pid, parent }: MarkedProcess): Found {
  const isOurs = parent === process.pid;
  const title = isOurs ? 'Server that is starting' : 'Background server';
  return { owner: isOurs ? 'thisWindow' : 'otherWindows', title, pid, threadId: undefined };
}

interface RunProcess {
  readonly threadId: string;
  readonly shortId: string;
  readonly pid: number;
}
