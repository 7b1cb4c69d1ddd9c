import assert from 'node:assert/strict';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { logLine, outputBlock } from '../../../../src/state/logBodies';
import { StateFolder } from '../../../../src/state/stateFolder';
import type { ThreadOnDisk } from '../../../../src/state/threadOnDisk';
import { withLostAnswer } from '../../../../src/threads/history/lostAnswer';
import { outputOfTurn } from '../../../../src/threads/history/outputOfTurn';
import type { HistoryItem, Turn } from '../../../../src/threads/history/turn';
import { createTemporaryFolder } from '../../../support/temporaryFolder';
import type { TemporaryFolder } from '../../../support/temporaryFolder';

const begin = Date.parse('2026-11-22T10:00:00.000Z');

/** `second`: when it began. */
function turnAt(second: number, fields: Partial<Turn> = {}): Turn {
  return {
    ...{ id: `t${second}`, status: 'interrupted', prompt: 'do it', startedAt: begin + second * 1000 },
    ...{ durationMs: undefined, error: undefined, items: [], hasAllItems: true },
    ...{ plan: undefined, diff: undefined, ...fields },
  };
}

function message(id: string, text: string): HistoryItem {
  return { id, kind: 'message', status: 'completed', text, isFinal: false };
}

describe('the answer of a turn that was stopped', () => {
  const lost = (output: string, ...texts: string[]): string | undefined => {
    const items = texts.map((text, at) => message(`m${at}`, text));
    const turn = turnAt(0, { items });
    const now = withLostAnswer(turn, output);
    const added = now.items.slice(items.length);
    if (added.length === 0) assert.equal(now, turn);
    assert.deepEqual(
      added.map(({ id, status }) => `${id} ${status}`),
      added.map(() => 'output interrupted'),
    );
    return added.map((item) => (item.kind === 'message' ? item.text : '')).join();
  };

  it('is what no message of codex holds', () => {
    assert.equal(lost('on it\nand then I'), 'on it\nand then I');
    assert.equal(lost('on it\nand then I', 'on it'), 'and then I');
    assert.equal(lost('on itand then I', 'on it'), 'and then I');
    assert.equal(lost('one\n\ntwo\nthree\n  four', 'one', 'two\nthree'), '  four');
    assert.equal(lost('and then I', 'on it'), 'and then I');
  });

  it('is none when codex has all of it', () => {
    assert.equal(lost('on it', 'on it'), '');
    assert.equal(lost('on it\nand then', 'on it', 'and then I saw'), '');
    assert.equal(lost('the end', 'on it', 'this is the end'), '');
    assert.equal(lost('on it\n \n', 'on it'), '');
    assert.equal(lost('  '), '');
    assert.equal(lost('see\n <<END_AGENT_OUTPUT>>\nso', 'see\n<<END_AGENT_OUTPUT>>\nso'), '');
  });
});

describe('what was said in a turn, as its run left it', () => {
  let root: TemporaryFolder;
  let global: StateFolder;
  let workspace: StateFolder;
  beforeEach(async () => {
    root = await createTemporaryFolder('outputs-');
    global = new StateFolder(root.path, '');
    workspace = new StateFolder(root.path, 'w-0123456789abcdef');
    await Promise.all([global.ensure(), workspace.ensure()]);
  });
  afterEach(() => root.remove());

  const places = (...folders: StateFolder[]): ThreadOnDisk[] =>
    folders.map((folder) => ({ folder, shortId: 'aaaa1111' }) as ThreadOnDisk);
  const at = (second: number): Date => new Date(begin + second * 1000);
  const said = (turn: Turn, ...others: Turn[]): Promise<string | undefined> => {
    const turns = [turn, ...others].sort(
      (a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0) || (a.id < b.id ? -1 : 1),
    );
    return outputOfTurn(places(workspace, global), 'thread', turn, turns);
  };
  /** A run from one second to another. */
  const record = async (from: number, to: number | undefined, fields: object): Promise<string> => {
    const runId = `run-${at(from).getTime().toString(36)}-abcdef`;
    const completedAt = to === undefined ? null : at(to).toISOString();
    await writeFile(
      join(String(workspace.runsDir), `${runId}.json`),
      JSON.stringify({
        ...{ runId, threadId: 'thread', shortId: 'aaaa1111', status: 'interrupted', prompt: 'do it' },
        ...{ startedAt: at(from).toISOString(), completedAt, output: null },
        ...{ logFile: `logs/aaaa1111/${runId}.log`, ...fields },
      }),
    );
    return runId;
  };
  const block = async (file: string, second: number, text: string): Promise<void> => {
    await mkdir(dirname(file), { recursive: true });
    await appendFile(file, outputBlock(at(second), text));
  };

  it('is told by the record of its run', async () => {
    await record(9.9, 14, { output: 'mine' });
    await record(20, 24, { output: 'of another turn' });
    assert.equal(await said(turnAt(10), turnAt(20)), 'mine');
  });

  it('stands in the log of its run when the record has none, as when it failed, or is not finished yet', async () => {
    const runId = await record(9.9, undefined, { status: 'failed' });
    const file = workspace.runLogFile('aaaa1111', runId);
    await block(file, 11, 'first');
    await appendFile(file, logLine(at(12), '[codex] Running: make'));
    await block(file, 13, 'last');
    assert.equal(await said(turnAt(10)), 'last');
  });

  it('is not known by the record of another prompt, thread, time or end', async () => {
    await record(9.9, 14, { output: 'x', prompt: 'something else' });
    assert.equal(await said(turnAt(10)), undefined);
    await record(9.9, 14, { output: 'x', threadId: 'other' });
    assert.equal(await said(turnAt(10)), undefined);
    await record(9.9, 14, { output: 'x', status: 'completed' });
    assert.equal(await said(turnAt(10)), undefined);
    await record(9.9, 14, { output: 'x' });
    assert.equal(await said(turnAt(15)), undefined);
    assert.equal(await said(turnAt(8)), undefined);
    assert.equal(await said(turnAt(10, { startedAt: undefined })), undefined);
  });

  it('is not known where one run has had several turns', async () => {
    await record(9.9, 14, { output: 'x' });
    assert.equal(await said(turnAt(10), turnAt(12)), undefined);
    assert.equal(await said(turnAt(10), turnAt(12, { prompt: 'go on' })), undefined);
    assert.equal(await said(turnAt(10), turnAt(15)), 'x');
  });

  it('stands in the log that all turns share, by its time', async () => {
    const file = global.sharedLogFile('aaaa1111');
    await block(file, 5.2, 'before');
    await block(file, 13.5, 'mine');
    await block(file, 26, 'after');
    const others = [turnAt(2, { durationMs: 3000 }), turnAt(20)];
    assert.equal(await said(turnAt(10), ...others), 'mine');
    assert.equal(await said(turnAt(10, { durationMs: 3000 }), ...others), 'mine');
    // As it is after the CLI has taken the thread over.
    await block(workspace.sharedLogFile('aaaa1111'), 13.5, 'mine');
    await record(2, 30, { prompt: null, logFile: '' });
    assert.equal(await said(turnAt(10), ...others), 'mine');
  });

  it('is not known where a shared log may mean another turn', async () => {
    const file = global.sharedLogFile('aaaa1111');
    await block(file, 13.5, 'mine?');
    assert.equal(await said(turnAt(10), turnAt(13)), undefined, 'the next turn had begun by then, perhaps');
    await block(file, 14, 'or this?');
    assert.equal(await said(turnAt(10)), undefined);
    await block(global.sharedLogFile('aaaa1111'), 100, 'far too late');
    assert.equal(await said(turnAt(60, { durationMs: 5000 })), undefined);
  });

  it('is told apart within a second by the time in the ids of turns', async () => {
    const idAt = (second: number): string => {
      const time = at(second).getTime().toString(16).padStart(12, '0');
      return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
    };
    const [first, second] = [turnAt(10, { id: idAt(10.1) }), turnAt(10, { id: idAt(10.6) })];
    await record(10.05, 10.5, { output: 'first' });
    await record(10.55, 10.9, { output: 'second' });
    assert.deepEqual([await said(first, second), await said(second, first)], ['first', 'second']);
    const [third, fourth] = [turnAt(20, { id: idAt(20.1) }), turnAt(20, { id: idAt(20.6) })];
    await block(global.sharedLogFile('aaaa1111'), 20.5, 'third');
    await block(global.sharedLogFile('aaaa1111'), 20.9, 'fourth');
    assert.deepEqual([await said(third, fourth), await said(fourth, third)], ['third', 'fourth']);
  });

  it('is found at the end of a log of 20 MB, and not looked for before that', async () => {
    const file = global.sharedLogFile('aaaa1111');
    await block(file, 3, 'long ago');
    const line = logLine(at(5), `[codex] Running: ${'x'.repeat(1000)}`);
    await appendFile(file, line.repeat(20_000));
    await block(file, 13.5, 'mine');
    assert.equal(await said(turnAt(10), turnAt(2)), 'mine');
    assert.equal(await said(turnAt(2), turnAt(10)), undefined);
  });

  it('is nothing where there is nothing, and where files are damaged', async () => {
    assert.equal(await said(turnAt(10)), undefined);
    await writeFile(join(String(workspace.runsDir), 'run-bad.json'), '{');
    await writeFile(global.sharedLogFile('aaaa1111'), '2026-11-22T10:00:12.000Z agent output:\nhalf');
    assert.equal(await said(turnAt(10)), undefined);
  });
});
