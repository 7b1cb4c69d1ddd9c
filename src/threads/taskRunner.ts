import { stat } from 'node:fs/promises';
import { AppServer } from '../appServer/appServer';
import { findCodex } from '../appServer/codexBinary';
import type { CodexBinary } from '../appServer/codexBinary';
import type { Log } from '../base/log';
import { errorText, UserError } from '../base/userError';
import { readCliConfig } from '../state/cliConfig';
import { watchKillSignals } from '../state/killSignalWatch';
import { removeOwnKillSignal } from '../state/killSignals';
import { newSessionId } from '../state/ownSession';
import { processIdentity } from '../state/processes';
import { RunFiles } from '../state/runFiles';
import type { StateRoot } from '../state/stateRoot';
import type { LiveRuns } from './liveRuns';
import type { OwnRuns } from './ownRuns';
import { PreparedThread } from './preparedThread';
import type { ReadyThread } from './preparedThread';
import { resolveRunOptions } from './runOptions';
import type { RunOptions, RunPreferences } from './runOptions';
import { TurnRun } from './turnRun';

/** The longest text that codex takes as input. */
export const MAX_PROMPT_LENGTH = 1_048_576;

/** Where the files of a new run go; `auto` follows what the CLI uses. */
export type StateLayoutChoice = Parameters<StateRoot['layoutForNewRun']>[0];

/** What the editor knows and a run needs. Read anew for each run, so that a changed setting counts at once. */
export interface TaskEnvironment {
  /** `codexCollab.codexPath`; empty when not set. */
  readonly codexPath: () => string;
  readonly env: () => NodeJS.ProcessEnv;
  readonly homeDir: string;
  /** The settings that a person has set for that folder. */
  readonly preferences: (cwd: string) => RunPreferences;
  readonly stateLayout: () => StateLayoutChoice;
  readonly clientVersion: string;
}

/** Runs tasks: a new thread and its first turn. */
export class TaskRunner {
  readonly #environment: TaskEnvironment;
  readonly #root: StateRoot;
  readonly #runs: LiveRuns;
  readonly #ownRuns: OwnRuns;
  readonly #log: Log;
  readonly #sessionId = newSessionId();

  constructor(environment: TaskEnvironment, root: StateRoot, runs: LiveRuns, ownRuns: OwnRuns, log: Log) {
    this.#environment = environment;
    this.#root = root;
    this.#runs = runs;
    this.#ownRuns = ownRuns;
    this.#log = log;
  }

  /** @throws UserError when codex is nowhere to be found. */
  async findCodex(): Promise<CodexBinary> {
    const { codexPath, env, homeDir } = this.#environment;
    const found = await findCodex({
      configuredPath: codexPath(),
      env: env(),
      platform: process.platform,
      homeDir,
    });
    if (found.kind === 'missing') throw found.error;
    return found.binary;
  }

  /** Whether codex can be found just now. */
  async hasCodex(): Promise<boolean> {
    return await this.findCodex().then(
      () => true,
      () => false,
    );
  }

  /**
   * The settings, else the CLI's `config.json`, else the CLI's defaults.
   * @throws UserError for values that cannot be used and for a `config.json` that cannot be read.
   */
  async options(cwd: string): Promise<RunOptions> {
    const config = await readCliConfig(this.#root);
    if (config.kind === 'invalid') throw config.error;
    for (const warning of config.warnings) this.#log.warn(warning);
    const { model, reasoning, sandbox, approval, timeout } = config.config;
    return resolveRunOptions(this.#environment.preferences(cwd), {
      model,
      reasoningEffort: reasoning,
      sandbox,
      approvalPolicy: approval,
      timeoutSeconds: timeout,
    });
  }

  /**
   * Gets a thread ready in the background. Quick: it only checks that it can be tried.
   * @throws UserError when the folder does not exist or codex is missing.
   */
  async prepare(cwd: string): Promise<PreparedThread> {
    await requireFolder(cwd);
    const [codex, options] = await Promise.all([this.findCodex(), this.options(cwd)]);
    const { env, clientVersion } = this.#environment;
    return new PreparedThread(
      cwd,
      options,
      () => AppServer.start({ codex, cwd, env: env(), clientVersion, log: this.#log }),
      this.#root.workspaceOf(cwd),
      this.#log,
    );
  }

  /**
   * Runs `prompt` on the prepared thread; resolves when its files are written and the turn is on its way.
   * @throws UserError when nothing was started; then no process and no file of it is left.
   */
  async start(prepared: PreparedThread, prompt: string): Promise<TurnRun> {
    requirePrompt(prompt);
    const options = await this.options(prepared.cwd);
    const thread = await prepared.take(options);
    try {
      return await this.#begin(prepared, thread, prompt, options);
    } catch (error) {
      this.#log.error(`A run could not be started: ${errorText(error)}`);
      await thread.server.stop();
      throw error;
    }
  }

  async #begin(
    { cwd, workspace }: PreparedThread,
    { server, threadId, model }: ReadyThread,
    prompt: string,
    options: RunOptions,
  ): Promise<TurnRun> {
    const { pid } = server;
    const log = this.#log;
    const layout = await this.#root.layoutForNewRun(this.#environment.stateLayout());
    const workspaceFolder = await workspace;
    const folder = layout === 'global' ? this.#root.global : workspaceFolder;
    const sessionId = this.#sessionId;
    const files = await RunFiles.begin({ folder, threadId, pid, prompt, model, cwd, sessionId, log });
    // Generation B imports a thread of the global folder into its workspace and then signals it there.
    const folders = [...new Set([folder, this.#root.global, workspaceFolder])];
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
      log,
    });
    this.#runs.add(run);
    void this.#keepNote(run, files.runId, folder.key, server.marker);
    return run;
  }

  /** Lets the next extension host know of the run, should this one die under it. */
  async #keepNote(run: TurnRun, runId: string, folderKey: string, marker: string): Promise<void> {
    const { shortId, threadId, pid, startedAt } = run;
    const hostPid = process.pid;
    try {
      const hostIdentity = await processIdentity(hostPid);
      const host = { hostPid, hostIdentity };
      await this.#ownRuns.note({ folderKey, shortId, threadId, runId, pid, marker, ...host, startedAt });
      await run.ended;
      await this.#ownRuns.forget(runId);
    } catch (error) {
      this.#log.warn(`The note of run ${runId}: ${errorText(error)}`);
    }
  }
}

/** What is wrong with a prompt, in words for the input box; undefined when nothing is. */
export function promptProblem(prompt: string): string | undefined {
  if (prompt.trim() === '') return 'Say what Codex should do.';
  if (prompt.length <= MAX_PROMPT_LENGTH) return undefined;
  const count = new Intl.NumberFormat('en').format(prompt.length);
  return `This prompt has ${count} characters; Codex takes at most 1,048,576. Put the text into a file of the folder and name that file.`;
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
