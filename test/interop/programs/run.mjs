// `run` and `run --resume`: one turn of a thread, and all that it leaves on disk, in the order of each generation.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askLeave } from './approval.mjs';
import { connectToBroker, startServer } from './codexServer.mjs';
import { CodexTurn } from './codexTurn.mjs';
import { clearStaleSignal, isSignalled, removeSignal } from './killSignal.mjs';
import { newRunId, patchRecord, prune, writeRecord } from './runRecords.mjs';
import { ScriptedTurn } from './scriptedTurn.mjs';
import { patchEntry, register, resolveThread, setStatus } from './threadIndex.mjs';
import { appendLine, appendOutput } from './turnLog.mjs';

const pollMs = 500;
const exitCodes = {
  A: { completed: 0, interrupted: 1, failed: 1 },
  B: { completed: 0, interrupted: 4, failed: 1 },
};

/** Of generation B, when a run ends while somebody should have answered it. */
const exitWhileAsking = 5;

/**
 * Returns the exit code. `options`: `resume`, an id; `thread`, the id of a new thread; `codex`, a binary to
 * run the turn on, with `ask` one that asks for leave; `broker`, to run it on that of the broker.
 */
export async function run(folder, cwd, prompt, options) {
  const known = options.resume === undefined ? undefined : resolveThread(folder, options.resume);
  const turn = newTurn(folder, cwd, known?.threadId, options);
  try {
    await turn.prepare();
    const shortId = enter(folder, known?.shortId, { threadId: turn.threadId, cwd, prompt });
    console.log(`Thread ${shortId} (${turn.threadId})`);
    const status = await runTurn(folder, shortId, prompt, turn, cwd);
    console.log(turn.output);
    if (turn.isAsking && folder.generation === 'B') return exitWhileAsking;
    return exitCodes[folder.generation][status];
  } finally {
    await turn.close();
  }
}

function newTurn(folder, cwd, knownThread, { ask, broker, codex, thread }) {
  if (broker) return new CodexTurn(connectToBroker(folder), cwd, knownThread);
  const policy = ask ? 'on-request' : 'never';
  if (codex !== undefined) return new CodexTurn(startServer(codex, cwd), cwd, knownThread, policy);
  return new ScriptedTurn(knownThread ?? thread);
}

/** Generation A leaves the entry of a thread that it knows as it is. */
function enter(folder, shortId, { threadId, cwd, prompt }) {
  const at = new Date().toISOString();
  const common = folder.generation === 'A' ? {} : { updatedAt: at, model: 'mock-model', preview: prompt };
  if (shortId === undefined) {
    return register(folder, { threadId, createdAt: at, model: 'mock-model', cwd, ...common });
  }
  if (folder.generation === 'B') patchEntry(folder, shortId, common);
  return shortId;
}

async function runTurn(folder, shortId, prompt, turn, cwd) {
  const startedAt = new Date();
  const record =
    folder.generation === 'B' ? beginRecord(folder, shortId, prompt, turn, startedAt) : undefined;
  setStatus(folder, shortId, 'running');
  writeFileSync(folder.pid(shortId), String(process.pid), { mode: 0o600 });
  clearStaleSignal(folder, turn.threadId);
  turn.askLeave = (command) => askLeave(folder, record, { threadId: turn.threadId, command, cwd });
  const log = join(folder.path, record?.logFile ?? `logs/${shortId}.log`);
  turn.log = (line) => appendLine(log, line);
  const { status, isKilled } = await untilEnd(folder, turn, prompt, record);
  appendOutput(log, turn.output);
  removeSignal(folder, turn.threadId);
  setStatus(folder, shortId, status);
  if (record !== undefined) endRecord(folder, record, { status, isKilled, output: turn.output, startedAt });
  rmSync(folder.pid(shortId), { force: true });
  return status;
}

/** The watch for a kill signal begins before the turn does. */
async function untilEnd(folder, turn, prompt, record) {
  let isKilled = false;
  const look = () => {
    isKilled ||= isSignalled(folder, turn.threadId);
    if (isKilled) turn.stop();
  };
  look();
  const poll = setInterval(look, pollMs);
  if (!isKilled) {
    turn.start(prompt);
    if (record !== undefined) patchRecord(folder, record.runId, { phase: 'running' });
  }
  const status = await turn.ended;
  clearInterval(poll);
  return { status, isKilled };
}

function beginRecord(folder, shortId, prompt, turn, startedAt) {
  const runId = newRunId();
  const record = {
    ...{ runId, threadId: turn.threadId, shortId, kind: 'task', phase: 'starting', status: 'running' },
    ...{ pid: process.pid, sessionId: null, logFile: `logs/${shortId}/${runId}.log`, logOffset: 0, prompt },
    ...{ model: 'mock-model', startedAt: startedAt.toISOString(), completedAt: null, elapsed: null },
    ...{ output: null, filesChanged: null, commandsRun: null, error: null },
    ...{ pendingApproval: null, pendingQuestion: null },
  };
  writeRecord(folder, record);
  prune(folder);
  return record;
}

function endRecord(folder, { runId }, { status, isKilled, output, startedAt }) {
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
  patchRecord(folder, runId, {
    ...{ status, completedAt: new Date().toISOString(), elapsed: `${seconds}s` },
    ...(status === 'failed' ? {} : { phase: 'finalizing' }),
    ...{ output: output === '' ? null : output, filesChanged: [], commandsRun: [] },
    ...{ error: isKilled ? 'Thread killed by user' : null, pendingApproval: null, pendingQuestion: null },
  });
}
