import { duration } from '../../base/duration';
import type { CodexLauncher, PreferenceSources } from '../codexLauncher';
import { limitsOf, resolveRunOptions } from '../runOptions';
import type { RunOptions, RunPreferences } from '../runOptions';
import { failed } from './checkResult';
import type { CheckResult } from './checkResult';

const NAMES: Readonly<Record<keyof RunOptions, string>> = {
  model: 'model',
  reasoningEffort: 'effort',
  sandbox: 'sandbox',
  approvalPolicy: 'approval',
  timeoutSeconds: 'timeout',
};

export interface RunPlace {
  readonly cwd: string;
  /** Said where it has to be. */
  readonly folderName: string | undefined;
  /** The CLI's `config.json`. */
  readonly configFile: string;
}

/** How a run there would be run, and what says so. */
export async function checkRunDefaults(
  launcher: Pick<CodexLauncher, 'preferences'>,
  { cwd, folderName, configFile }: RunPlace,
): Promise<CheckResult> {
  const settings = { kind: 'openSettings', query: '@ext:codex-collab.codex-collab' } as const;
  try {
    const sources = await launcher.preferences(cwd);
    const options = describe(resolveRunOptions(sources.settings, sources.config));
    const fact = folderName === undefined ? options : `${folderName}: ${options}`;
    if (sources.warnings.length === 0) {
      return { verdict: 'pass', fact, detail: originsOf(sources), remedies: [settings] };
    }
    const remedies = [{ kind: 'openFile', path: configFile } as const, settings];
    return { verdict: 'warning', fact, detail: sources.warnings.join(' '), remedies };
  } catch (error) {
    return failed('Cannot be used', error);
  }
}

/** "gpt-5 high · workspace-write · never asks · 20m" */
function describe(options: RunOptions): string {
  const effort = options.reasoningEffort === undefined ? [] : [options.reasoningEffort];
  const model = [options.model ?? 'Codex’s own model', ...effort].join(' ');
  return [model, ...limitsOf(options), duration(options.timeoutSeconds * 1000)].join(' · ');
}

/** "Settings: model, sandbox. config.json: effort. Default: approval, timeout." */
function originsOf({ settings, config }: PreferenceSources): string {
  const keys = Object.keys(NAMES) as (keyof RunOptions)[];
  const isSet = (source: RunPreferences, key: keyof RunOptions): boolean =>
    source[key] !== undefined && source[key] !== '';
  const originOf = (key: keyof RunOptions): string =>
    isSet(settings, key) ? 'Settings' : isSet(config, key) ? 'config.json' : 'Default';
  return ['Settings', 'config.json', 'Default']
    .map(
      (origin) => [origin, keys.filter((key) => originOf(key) === origin).map((key) => NAMES[key])] as const,
    )
    .filter(([, names]) => names.length > 0)
    .map(([origin, names]) => `${origin}: ${names.join(', ')}.`)
    .join(' ');
}
