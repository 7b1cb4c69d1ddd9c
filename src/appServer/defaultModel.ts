import { isRecord, optionalString } from '../base/record';
import type { AppServer } from './appServer';

/** Codex answers from memory, but may look for new models on the network first. */
const TIMEOUT = { timeoutMs: 1_000 };

/**
 * The model that codex takes for a new thread in `cwd`: that of its configuration (`config/read`), else the
 * default of its list (`model/list`). Undefined where it does not say. Never rejects.
 */
export async function readDefaultModel(
  server: Pick<AppServer, 'request'>,
  cwd: string,
): Promise<string | undefined> {
  return await readModel(server, cwd).catch(() => undefined); // an old codex knows neither
}

async function readModel(server: Pick<AppServer, 'request'>, cwd: string): Promise<string | undefined> {
  const reading: unknown = await server.request('config/read', { cwd }, TIMEOUT);
  const config = isRecord(reading) ? reading.config : undefined;
  if (!isRecord(config)) return undefined;
  const configured = modelOfProfile(config) ?? nameOf(config.model);
  if (configured !== undefined) return configured;
  const listing: unknown = await server.request('model/list', {}, TIMEOUT);
  const models: unknown[] = isRecord(listing) && Array.isArray(listing.data) ? listing.data : [];
  return nameOf(models.filter(isRecord).find(({ isDefault }) => isDefault === true)?.model);
}

/** Older versions of codex know profiles within config.toml, and tell them apart from the rest. */
function modelOfProfile({ profile, profiles }: Record<string, unknown>): string | undefined {
  const chosen = typeof profile === 'string' && isRecord(profiles) ? profiles[profile] : undefined;
  return isRecord(chosen) ? nameOf(chosen.model) : undefined;
}

function nameOf(value: unknown): string | undefined {
  return value === '' ? undefined : optionalString(value);
}
