import { AppServer } from '../appServer/appServer';
import { findCodex } from '../appServer/codexBinary';
import type { CodexBinary } from '../appServer/codexBinary';
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

/** Finds codex, knows how it is to run, and starts servers. */
export class CodexLauncher {
  readonly #environment: CodexEnvironment;
  readonly #root: StateRoot;
  readonly #log: Log;
  readonly #servers = new Set<AppServer>();

  constructor(environment: CodexEnvironment, root: StateRoot, log: Log) {
    this.#environment = environment;
    this.#root = root;
    this.#log = log;
  }

  /** The servers of this extension host that are running. */
  get servers(): ReadonlySet<AppServer> {
    return this.#servers;
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

  /** Starts a server that works in `cwd`, or anywhere; the caller ends it. @throws UserError */
  async start(cwd = this.#environment.homeDir): Promise<AppServer> {
    const { env, clientVersion } = this.#environment;
    const server = await AppServer.start({
      codex: await this.find(),
      cwd,
      env: env(),
      clientVersion,
      log: this.#log,
    });
    this.#servers.add(server);
    void server.exited.then(() => this.#servers.delete(server));
    return server;
  }
}
