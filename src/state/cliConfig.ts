import { isRecord } from '../base/record';
import { errorText } from '../base/userError';
import { fileError, isMissing } from './fileErrors';
import { readPlainFile } from './plainFile';
import type { StateRoot } from './stateRoot';
import { corruptFile } from './threadIndex';

/** The defaults that a person gave the CLI in `config.json`. Only the CLI writes that file. */
export interface CliConfig {
  readonly model?: string;
  readonly reasoning?: string;
  readonly sandbox?: string;
  readonly approval?: string;
  /** Seconds. */
  readonly timeout?: number;
}

export type CliConfigReading =
  /** `warnings`: a sentence for each value that was ignored. A missing file is an empty one. */
  | { readonly kind: 'ok'; readonly config: CliConfig; readonly warnings: readonly string[] }
  | { readonly kind: 'invalid'; readonly error: unknown };

const REASONING = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'ultra'];
const SANDBOXES = ['read-only', 'workspace-write', 'danger-full-access'];
const APPROVALS = ['never', 'on-request', 'on-failure', 'untrusted', 'auto'];
const MAX_TIMEOUT_S = 2_147_483;

type Checked = { [Key in keyof CliConfig]-?: (value: unknown) => CliConfig[Key] | undefined };

const checks: Checked = {
  model: (value) => (typeof value === 'string' && /^[A-Za-z0-9._/:-]+$/.test(value) ? value : undefined),
  reasoning: (value) => oneOf(REASONING, value),
  sandbox: (value) => oneOf(SANDBOXES, value),
  approval: (value) => oneOf(APPROVALS, value),
  timeout: (value) => (typeof value === 'number' && value >= 1 && value <= MAX_TIMEOUT_S ? value : undefined),
};

/** Reads `config.json`. Never throws; the error of an invalid file has a button that opens it. */
export async function readCliConfig(root: StateRoot): Promise<CliConfigReading> {
  let text: string;
  try {
    text = await readPlainFile(root.configFile);
  } catch (error) {
    if (isMissing(error)) return { kind: 'ok', config: {}, warnings: [] };
    return { kind: 'invalid', error: fileError(error, 'read', root.configFile) };
  }
  return parseCliConfig(text, root.configFile);
}

/** Checks the text of a `config.json`; `path` is for the messages. Never throws. */
export function parseCliConfig(text: string, path: string): CliConfigReading {
  let raw: unknown;
  try {
    // The CLI creates the file and then writes it: for a moment it is empty.
    raw = JSON.parse(text.trim() === '' ? '{}' : text);
  } catch (error) {
    return { kind: 'invalid', error: corruptFile(path, errorText(error)) };
  }
  if (!isRecord(raw)) return { kind: 'invalid', error: corruptFile(path, 'it is not a JSON object') };
  const accepted: [string, unknown][] = [];
  const warnings: string[] = [];
  for (const [key, check] of Object.entries(checks)) {
    if (!Object.hasOwn(raw, key)) continue;
    const value = check(raw[key]);
    if (value === undefined) warnings.push(`${path}: the value of "${key}" is not valid and was ignored.`);
    else accepted.push([key, value]);
  }
  return { kind: 'ok', config: Object.fromEntries(accepted), warnings };
}

function oneOf(allowed: readonly string[], value: unknown): string | undefined {
  return typeof value === 'string' && allowed.includes(value) ? value : undefined;
}
