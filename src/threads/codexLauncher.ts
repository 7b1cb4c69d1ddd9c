import { AppServer } from '../appServer/appServer';
import { findCodex } from '../appServer/codexBinary';
import type { CodexBinary } from '../appServer/codexBinary';
import { readCodexVersion } from '../appServer/codexVersion';
import type { ServerGuard } from '../appServer/serverGuard';
import type { Log } from '../base/log';
import { readCliConfig } from '../state/cliConfig';
import type { StateRoot } from '../state/stateRoot';
import { resolveRunOptions } from './runOptions';
import type { RunOptions, RunPreferences } from './runOptions';

/** Where the files of a new run go; `auto` follows what the CLI uses. */
export type StateLayoutChoice = Parameters<StateRoot['layoutForNewRun']>[0];

/** What the editor knows and codex needs. Read anew each time, so that a changed setting counts at once. */
export interface CodexEnvironment {
  /** `codexCollab.codexPath`; empty when not set. */
  readonly codexPath: () => string;
  readonly env: () => NodeJS.ProcessEnv;
  readonly homeDir: string;
  /** The settings that a person has set for that folder. */
  readonly preferences: (cwd: string) => RunPreferences;
  readonly stateLayout: () => StateLayoutChoice;
  readonly clientVersion: string;
}

/** Where the options of a run come from, the first before the second. */
export interface PreferenceSources {
  readonly settings: RunPreferences;
  /** The CLI's `config.json`. */
  readonly config: RunPreferences;
  /** A sentence for each value of `config.json` that is ignored. */
  readonly warnings: readonly string[];
}

/** Finds codex, knows how it is to run, and starts servers. */
export class CodexLauncher {
  readonly #environment: CodexEnvironment;
  readonly #root: StateRoot;
  readonly #log: Log;
  readonly #guard: ServerGuard | undefined;
  readonly #servers = new Set<AppServer>();

  /** `guard`: of the servers it starts. */
  constructor(environment: CodexEnvironment, root: StateRoot, log: Log, guard?: ServerGuard) {
    this.#environment = environment;
    this.#root = root;
    this.#log = log;
    this.#guard = guard;
  }

  /** The servers of this extension host that are running. */
  get servers(): ReadonlySet<AppServer> {
    return this.#servers;
  }

  get clientVersion(): string {
    return this.#environment.clientVersion;
  }

  get stateLayout(): StateLayoutChoice {
    return this.#environment.stateLayout();
  }

  /** @throws UserError when codex is nowhere to be found. */
  async find(): Promise<CodexBinary> {
    const { codexPath, env, homeDir } = this.#environment;
    const lookup = { configuredPath: codexPath(), env: env(), platform: process.platform, homeDir };
    const found = await findCodex(lookup);
    if (found.kind === 'missing') throw found.error;
    return found.binary;
  }

  /** Whether codex can be found just now. */
  async isFound(): Promise<boolean> {
    return await this.find().then(
      () => true,
      () => false,
    );
  }

  /**
   * The settings, else the CLI's `config.json`, else the CLI's defaults.
   * @throws UserError for values that cannot be used and for a `config.json` that cannot be read.
   */
  async options(cwd: string): Promise<RunOptions> {
    const { settings, config, warnings } = await this.preferences(cwd);
    for (const warning of warnings) this.#log.warn(warning);
    return resolveRunOptions(settings, config);
  }

  /** What {@link options} come from. @throws UserError for a `config.json` that cannot be read. */
  async preferences(cwd: string): Promise<PreferenceSources> {
    const reading = await readCliConfig(this.#root);
    if (reading.kind === 'invalid') throw reading.error;
    const { model, reasoning, sandbox, approval, timeout } = reading.config;
    return {
      settings: this.#environment.preferences(cwd),
      config: {
        model,
        reasoningEffort: reasoning,
        sandbox,
        approvalPolicy: approval,
        timeoutSeconds: timeout,
      },
      warnings: reading.warnings,
    };
  }

  /** What `codex --version` says; undefined when that is nothing in time. */
  async version(codex: CodexBinary, timeoutMs: number): Promise<string | undefined> {
    const { env, homeDir } = this.#environment;
    return await readCodexVersion({ codex, cwd: homeDir, env: env(), timeoutMs });
  }

  /** Starts a server that works in `cwd`, or anywhere; the caller ends it. @throws UserError */
  async start(
    cwd = this.#environment.homeDir,
    options: { handshakeTimeoutMs?: number } = {},
  ): Promise<AppServer> {
    const { env, clientVersion } = this.#environment;
    const server = await AppServer.start({
      codex: await this.find(),
      cwd,
      env: env(),
      clientVersion,
      log: this.#log,
      guard: this.#guard,
      ...options,
    });
    this.#servers.add(server);
    void server.exited.then(() => this.#servers.delete(server));
    return server;
  }
}
