import { stat } from 'node:fs/promises';
import type { AppServer } from '../appServer/appServer';
import type { Log } from '../base/log';
import { errorText, UserError } from '../base/userError';
import { watchKillSignals } from '../state/killSignalWatch';
import { clearStaleKillSignal, removeOwnKillSignal } from '../state/killSignals';
import { newSessionId } from '../state/ownSession';
import { processIdentity } from '../state/processes';
import { RunFiles } from '../state/runFiles';
import type { StateFolder } from '../state/stateFolder';
import type { StateRoot } from '../state/stateRoot';
import type { CodexLauncher } from './codexLauncher';
import type { LiveRuns } from './liveRuns';
import { existingThread, newThread } from './openThread';
import type { OpenThread, ReadyThread } from './openThread';
import type { OwnRuns } from './ownRuns';
import { PreparedThread } from './preparedThread';
import type { ThreadPlace } from './preparedThread';
import { promptProblem } from './promptProblem';
import { WINDOW_CLOSED } from './turnEnding';
import { TurnRun } from './turnRun';

/** Runs turns: the first one of a new thread, or the next one of a thread that there is. */
export class TaskRunner {
  readonly #launcher: CodexLauncher;
  readonly #root: StateRoot;
  readonly #runs: LiveRuns;
  readonly #ownRuns: OwnRuns;
  readonly #log: Log;
  readonly #sessionId = newSessionId();

  constructor(launcher: CodexLauncher, root: StateRoot, runs: LiveRuns, ownRuns: OwnRuns, log: Log) {
    this.#launcher = launcher;
    this.#root = root;
    this.#runs = runs;
    this.#ownRuns = ownRuns;
    this.#log = log;
  }

  /**
   * Gets a new thread ready in the background. Quick: it only checks that it can be tried.
   * @throws UserError when the folder does not exist or codex is missing.
   */
  async prepare(cwd: string): Promise<PreparedThread> {
    return await this.#prepare(cwd, newThread(cwd), undefined);
  }

  /** The same for a thread that there is, entered at `place`. */
  async prepareResume(threadId: string, cwd: string, place: ThreadPlace): Promise<PreparedThread> {
    return await this.#prepare(cwd, existingThread(threadId, cwd), place);
  }

  /**
   * Runs `prompt` on the prepared thread; resolves when its files are written and the turn is on its way.
   * @throws UserError when nothing was started; then no process and no file of it is left.
   */
  async start(prepared: PreparedThread, prompt: string): Promise<TurnRun> {
    requirePrompt(prompt);
    const thread = await prepared.take();
    try {
      return await this.#begin(prepared, thread, prompt);
    } catch (error) {
      this.#log.error(`A run could not be started: ${errorText(error)}`);
      await thread.server.stop();
      throw error;
    }
  }

  async #prepare(cwd: string, open: OpenThread, place: ThreadPlace | undefined): Promise<PreparedThread> {
    await requireFolder(cwd);
    const [options] = await Promise.all([this.#launcher.options(cwd), this.#launcher.find()]);
    const startServer = (): Promise<AppServer> => this.#launcher.start(cwd);
    const workspace = this.#root.workspaceOf(cwd);
    return new PreparedThread({ cwd, workspace, startServer, open, place }, options, this.#log);
  }

  async #begin(
    { cwd, workspace, place, options }: PreparedThread,
    { server, threadId, model }: ReadyThread,
    prompt: string,
  ): Promise<TurnRun> {
    const { pid } = server;
    const log = this.#log;
    const workspaceFolder = await workspace;
    const layout = await this.#root.layoutForNewRun(this.#launcher.stateLayout);
    const folder = place?.folder ?? (layout === 'global' ? this.#root.global : workspaceFolder);
    // Generation B imports a thread of the global folder into its workspace and then signals it there.
    const folders = [...new Set([folder, this.#root.global, workspaceFolder])];
    for (const other of folders.slice(1)) await this.#clearStaleKillSignal(other, threadId, pid);
    const [shortId, sessionId] = [place?.shortId, this.#sessionId];
    const files = await RunFiles.begin({
      folder,
      threadId,
      shortId,
      pid,
      prompt,
      model,
      cwd,
      sessionId,
      log,
    });
    const run = new TurnRun({
      server,
      files,
      logPaths: folder.logPaths(files.shortId),
      threadId,
      prompt,
      cwd,
      model,
      options,
      killSignals: {
        watch: (onSignal) => watchKillSignals({ folders, threadId, pid, onSignal, log }),
        clear: async () => {
          for (const each of folders) await removeOwnKillSignal(each, threadId, pid);
        },
      },
      foreignPids: () => this.#ownRuns.foreignPids(),
      log,
    });
    this.#runs.add(run);
    void this.#keepNote(run, files.runId, folder.key, server.marker);
    return run;
  }

  async #clearStaleKillSignal(folder: StateFolder, threadId: string, pid: number): Promise<void> {
    await clearStaleKillSignal(folder, threadId, pid, new Date()).catch((error: unknown) =>
      this.#log.warn(`Kill signal of ${threadId}: ${errorText(error)}`),
    );
  }

  /** Lets the next extension host know of the run, should this one die under it. */
  async #keepNote(run: TurnRun, runId: string, folderKey: string, marker: string): Promise<void> {
    const { shortId, threadId, pid, startedAt } = run;
    const hostPid = process.pid;
    try {
      const hostIdentity = await processIdentity(hostPid);
      const host = { hostPid, hostIdentity };
      await this.#ownRuns.note({ folderKey, shortId, threadId, runId, pid, marker, ...host, startedAt });
      const { reason } = await run.ended;
      // What goes with its window is offered again by the next one.
      if (reason !== WINDOW_CLOSED) await this.#ownRuns.forget(runId);
    } catch (error) {
      this.#log.warn(`The note of run ${runId}: ${errorText(error)}`);
    }
  }
}

function requirePrompt(prompt: string): void {
  const problem = promptProblem(prompt);
  if (problem !== undefined) throw new UserError(problem);
}

async function requireFolder(cwd: string): Promise<void> {
  const found = await stat(cwd).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new UserError(
    `The folder ${cwd} does not exist${found === undefined ? '' : ' (it is a file)'}. Codex needs a folder to work in.`,
  );
}
