import { randomUUID } from 'node:crypto';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScratchHome } from '../support/scratchHome';
import { RawCodex } from '../unit/support/rawCodex';
import { sampleAnswer } from './inTranscript';

/** The turns of a long thread, and the items of each: 2,000 in all, of some 20 MB. */
export const turnsOfEach = 20;
export const itemsOfTurn = 100;

/** Of {@link sampleAnswer}: the answer that stands at the end of each long thread. */
export const lastAnswer = turnsOfEach * itemsOfTurn - 1;

/** Threads that codex has begun itself, and goes on with where their files have further turns; their ids. */
export async function writeLongThreads(home: ScratchHome, folder: string, count: number): Promise<string[]> {
  const codex = await RawCodex.start(home);
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const id = await codex.startThread(folder);
    await codex.turnEnded(await codex.startTurn(id, 'say:"The first answer."'));
    ids.push(id);
  }
  await codex.close();
  const files = await readdir(join(home.codexHome, 'sessions'), { recursive: true });
  for (const id of ids) {
    const file = files.find((name) => name.endsWith(`${id}.jsonl`));
    if (file === undefined) throw new Error(`Codex keeps no file of thread ${id}.`);
    await addTurns(join(home.codexHome, 'sessions', file), id, folder);
  }
  await takeIn(home, ids);
  return ids;
}

/** Codex lists what was added to the file of a thread when it has loaded that thread. */
async function takeIn(home: ScratchHome, ids: readonly string[]): Promise<void> {
  const codex = await RawCodex.start(home);
  for (const threadId of ids) await codex.request('thread/resume', { threadId });
  await codex.close();
}

/** Goes on with a rollout as codex 0.169 does. */
async function addTurns(rollout: string, threadId: string, cwd: string): Promise<void> {
  let ordinal = (await readFile(rollout, 'utf8')).trimEnd().split('\n').length;
  const event = (payload: object): string =>
    `${JSON.stringify({ timestamp: new Date().toISOString(), ordinal: ordinal++, type: 'event_msg', payload })}\n`;
  for (let turn = 0; turn < turnsOfEach; turn++) {
    const turn_id = randomUUID();
    const started_at = Math.floor(Date.now() / 1_000);
    const completed = (item: object): string => {
      const [started_at_ms, completed_at_ms] = [Date.now(), Date.now()];
      return event({
        type: 'item_completed',
        thread_id: threadId,
        turn_id,
        item,
        started_at_ms,
        completed_at_ms,
      });
    };
    const lines = [event({ type: 'task_started', turn_id, root_turn_id: turn_id, started_at })];
    lines.push(completed(promptOf(turn)));
    for (let at = 1; at < itemsOfTurn; at++) lines.push(completed(itemAt(at, turn * itemsOfTurn + at, cwd)));
    const end = { completed_at: started_at, duration_ms: 1_000 };
    lines.push(event({ type: 'task_complete', turn_id, root_turn_id: turn_id, started_at, ...end }));
    await appendFile(rollout, lines.join(''));
  }
}

function promptOf(turn: number): object {
  const content = [{ type: 'text', text: `Prompt of turn ${turn}`, text_elements: [] }];
  return { type: 'UserMessage', id: randomUUID(), content };
}

/** Three commands, a change and a message, again and again. */
function itemAt(position: number, number: number, cwd: string): object {
  const id = randomUUID();
  if (position % 5 === 4) {
    const phase = position === itemsOfTurn - 1 ? 'final_answer' : 'commentary';
    return { type: 'AgentMessage', id, content: [{ type: 'Text', text: sampleAnswer(number) }], phase };
  }
  if (position % 5 === 3) {
    const lines = `-old line ${number}\n+new line of some length\n+and another\n`.repeat(100);
    const change = { type: 'update', unified_diff: `@@ -1,100 +1,200 @@\n${lines}`, move_path: null };
    const changes = { [join(cwd, 'src', `f${number}.ts`)]: change };
    return { type: 'FileChange', id, changes, status: 'completed', stdout: '', stderr: '' };
  }
  const cmd = `npm run step-${number}`;
  return {
    ...{
      type: 'CommandExecution',
      id,
      process_id: '1',
      command: ['/bin/bash', '-lc', cmd],
      cwd: `file://${cwd}`,
    },
    ...{ parsed_cmd: [{ type: 'unknown', cmd }], source: 'unified_exec_startup', status: 'completed' },
    ...{ aggregated_output: `line of output ${number}\n`.repeat(700), exit_code: 0 },
    duration: { secs: 1, nanos: 200_000_000 },
  };
}
