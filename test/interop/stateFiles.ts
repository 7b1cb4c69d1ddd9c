import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StateFolder } from '../../src/state/stateFolder';

type Json = Record<string, unknown>;

/** Long before any test, so that nothing counts as just begun. */
export const longAgo = '2026-01-02T03:04:05.678Z';

/** The thread id that goes with a short id in these tests. */
export function threadIdOf(shortId: string): string {
  return `01a202fc-15c7-7880-9341-0000${shortId}`;
}

/** Writes an index with these entries; each gets the fields that the CLI always writes. */
export async function givenIndex(folder: StateFolder, entries: Record<string, Json>): Promise<void> {
  const full = Object.entries(entries).map(([shortId, entry]) => [
    shortId,
    { threadId: threadIdOf(shortId), createdAt: longAgo, updatedAt: longAgo, model: 'm', ...entry },
  ]);
  await givenFile(folder.indexFile, JSON.stringify(Object.fromEntries(full), null, 2));
}

/** Writes a record of a run, complete enough for every reader. */
export async function givenRecord(folder: StateFolder, record: Json & { runId: string }): Promise<void> {
  const fields = {
    ...{ kind: 'task', phase: 'finalizing', status: 'completed', sessionId: null, logFile: '', logOffset: 0 },
    ...{ prompt: 'a prompt', model: 'm', startedAt: longAgo, completedAt: null, elapsed: null, output: null },
    ...{ filesChanged: null, commandsRun: null, error: null },
  };
  await givenFile(folder.runRecordFile(record.runId), JSON.stringify({ ...fields, ...record }, null, 2));
}

/** Says that generation B has been in this workspace already. */
export async function givenMigrated(folder: StateFolder): Promise<void> {
  const { migrationStateFile } = folder;
  if (migrationStateFile === undefined) throw new Error('Only workspaces are migrated.');
  await givenFile(migrationStateFile, JSON.stringify({ schemaVersion: 1, migratedAt: longAgo }));
}

/** Writes a file with the folders that it needs. */
export async function givenFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

export async function readJson(file: string): Promise<Json> {
  return JSON.parse(await readFile(file, 'utf8')) as Json;
}

/** `lastStatus` of every entry, by short id; nothing when there is no index. */
export async function statuses(folder: StateFolder): Promise<Record<string, unknown>> {
  if (!(await namesIn(folder.path)).includes('threads.json')) return {};
  const index = await readJson(folder.indexFile);
  return Object.fromEntries(Object.entries(index).map(([id, entry]) => [id, (entry as Json).lastStatus]));
}

/** The records of all runs, the oldest first. */
export async function records(folder: StateFolder): Promise<Json[]> {
  const runs = folder.runsDir ?? '';
  const names = (await namesIn(runs)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(names.map((name) => readJson(join(runs, name))));
}

/** Sorted; none when the folder does not exist. */
export async function namesIn(path: string): Promise<string[]> {
  return (await readdir(path).catch(() => [])).sort();
}

/** Pid files, kill signals, and what a change of the index may leave; relative to the state folder. */
export async function leftovers(folder: StateFolder): Promise<string[]> {
  const of = async (part: string): Promise<string[]> =>
    (await namesIn(join(folder.path, part))).map((name) => join(part, name));
  const ofIndex = (await namesIn(folder.path)).filter((name) => name.startsWith('threads.json.'));
  return [...ofIndex, ...(await of('pids')), ...(await of('kill-signals'))];
}
