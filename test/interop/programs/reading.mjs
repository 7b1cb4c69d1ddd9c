// `output`, `progress` and `follow`.
import { closeSync, openSync, readSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './owners.mjs';
import { recordsOf } from './runRecords.mjs';
import { resolveThread } from './threadIndex.mjs';
import { FollowedLog, outputBlocks, readLogs } from './turnLog.mjs';

const marks = { completed: '✔', failed: '✖', interrupted: '■' };

/** All of the log, the answers in it, or what the last run has answered. Returns the exit code. */
export function output(folder, id, options) {
  const { shortId } = resolveThread(folder, id);
  if (options.last) return lastOutput(folder, shortId);
  const text = readLogs(folder, shortId);
  if (text === undefined) return refuse(`No log for ${id}`);
  if (options['content-only']) console.log(outputBlocks(text).join('\n'));
  else process.stdout.write(text);
  return 0;
}

export function progress(folder, id) {
  const text = readLogs(folder, resolveThread(folder, id).shortId) ?? '';
  const lines = text.split('\n').filter((line) => line !== '');
  console.log(lines.length === 0 ? 'No activity yet.' : lines.slice(-20).join('\n'));
  return 0;
}

/** Tells what a run logs until its record says that it has ended. */
export async function follow(folder, id) {
  const { shortId } = resolveThread(folder, id);
  const records = recordsOf(folder, shortId);
  const chosen = records.find((record) => isUnderWay(record) && isAlive(record.pid)) ?? records[0];
  if (chosen === undefined) return refuse('No run history');
  const log = new FollowedLog();
  const file = confinedLog(folder, chosen, shortId);
  let offset = chosen.logOffset;
  for (;;) {
    const record = recordsOf(folder, shortId).find(({ runId }) => runId === chosen.runId);
    const isOver = record === undefined || !isUnderWay(record) || !isAlive(record.pid);
    const text = readFrom(file, offset); // once more after the end
    offset += text.length;
    log.add(text.toString());
    if (isOver) return tellEnd(record);
    await sleep(300);
  }
}

function lastOutput(folder, shortId) {
  const [record] = recordsOf(folder, shortId);
  if (record === undefined) return refuse('No run history');
  if (isUnderWay(record)) return refuse('The run is still in progress');
  if (!record.output) return refuse('The last run produced no output');
  console.log(record.output);
  return 0;
}

function tellEnd(record) {
  if (record === undefined || isUnderWay(record)) return refuse('The process of the run has gone');
  const count = record.filesChanged?.length ?? 0;
  const files = `${count} file${count === 1 ? '' : 's'} changed`;
  const error = record.status === 'failed' ? `: ${record.error}` : '';
  console.log(`${marks[record.status]} ${record.status} (${record.elapsed}, ${files})${error}`);
  return record.status === 'completed' ? 0 : 1;
}

function isUnderWay({ status }) {
  return status === 'running';
}

/** A record may only name a log in the folders of logs. */
function confinedLog(folder, { logFile }, shortId) {
  const file = resolve(folder.path, logFile);
  const allowed = [folder.logs, resolve(folder.root, 'logs')].some((logs) => file.startsWith(logs + sep));
  return allowed ? file : resolve(folder.logs, `${shortId}.log`);
}

function readFrom(file, offset) {
  let descriptor;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const chunk = Buffer.alloc(1 << 20);
    return chunk.subarray(0, readSync(descriptor, chunk, 0, chunk.length, offset));
  } finally {
    closeSync(descriptor);
  }
}

function refuse(message) {
  console.error(message);
  return 1;
}
