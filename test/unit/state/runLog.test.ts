import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { UserError } from '../../../src/base/userError';
import { END_OF_OUTPUT, logBodies, logLine, outputBlock } from '../../../src/state/logBodies';
import { RunLog } from '../../../src/state/runLog';
import { someKey, useScratchRoot } from './scratchRoot';

const at = new Date('2026-11-22T11:21:05.633Z');
const time = '2026-11-22T11:21:05.633Z';

/** What the CLI's readers take for agent output: the blocks' text, in order. */
function blocksOf(log: string): string[] {
  const blocks: string[] = [];
  let open: string[] | undefined;
  for (const line of log.split('\n')) {
    const isTimed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /.test(line);
    if (open === undefined) {
      if (isTimed && line.includes(' agent output:')) open = [];
    } else if (isTimed || line === END_OF_OUTPUT) {
      blocks.push(open.join('\n'));
      open = undefined;
    } else open.push(line);
  }
  return blocks;
}

describe('log lines', () => {
  it('have the bodies of the CLI', () => {
    assert.equal(logBodies.commandStarted('ls -l'), '[codex] Running: ls -l');
    assert.equal(logBodies.commandCompleted('ls', 0), 'command: ls (exit 0)');
    assert.equal(logBodies.commandCompleted('ls', null), 'command: ls (exit ?)');
    assert.equal(logBodies.commandRejected('ls', 'declined'), '[codex] Command declined: ls');
    assert.equal(logBodies.fileEdited('a.ts', 'update'), '[codex] Edited: a.ts (update)');
    assert.equal(logBodies.fileChangeRejected(['a', 'b'], 'failed'), '[codex] File change failed: a, b');
    assert.deepEqual(logBodies.errorLines('x', true), [
      '[codex] Error: x (will retry)',
      'error: x (will retry)',
    ]);
    const needed = { id: 'call_1', type: 'commandExecution', command: undefined, dir: undefined } as const;
    assert.deepEqual(logBodies.approvalNeeded(needed), [
      '[codex] APPROVAL NEEDED',
      '[codex]   Command: (no command)',
      '[codex]   Approve: codex-collab approve call_1',
      '[codex]   Decline: codex-collab decline call_1',
    ]);
    assert.equal(logBodies.reviewOutput('abc'), 'review output (3 chars)');
    assert.equal(logBodies.commentary('one\n two '), '[codex] one  two');
    assert.equal(Array.from(logBodies.commentary('😀'.repeat(200))).length, '[codex] '.length + 120);
  });

  it('are one line each, whatever the body', () => {
    assert.equal(logLine(at, 'a\r\nb\u2028c\u001b[1m'), `${time} a b c [1m\n`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        assert.match(logLine(at, body), /^[^\n\r]*\n$/);
      }),
    );
  });

  it('never open a block of agent output', () => {
    assert.deepEqual(blocksOf(logLine(at, 'agent output:') + logLine(at, 'grep agent output: x')), []);
  });

  it('give the agent output back whole, with lines that would end it indented', () => {
    const nasty = `a\n${END_OF_OUTPUT}\n${time} agent output:\nb\r\n`;
    assert.deepEqual(blocksOf(outputBlock(at, nasty)), [
      `a\n ${END_OF_OUTPUT}\n ${time} agent output:\nb\r\n`,
    ]);
    const part = fc.constantFrom('x', '\n', END_OF_OUTPUT, `${time} `, ' ', ' agent output:', '\r');
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('');
        const [block, ...more] = blocksOf(outputBlock(at, text) + logLine(at, 'next'));
        assert.deepEqual(more, []);
        assert.equal(block?.replace(/^ /gm, ''), text.replace(/^ /gm, ''));
      }),
    );
  });
});

describe('the log of a run', () => {
  const root = useScratchRoot();
  let log = new RunLog('');
  beforeEach(async () => {
    const folder = root().workspace(someKey);
    await folder.ensure();
    log = new RunLog(folder.runLogFile('s1', 'r1'), () => at);
  });

  it('is made with its first line, in order, private to the owner', async () => {
    await log.flush();
    assert.equal(existsSync(dirname(log.file)), false);
    log.append('one', 'two');
    for (let i = 0; i < 50; i++) log.append(String(i));
    log.agentOutput('answer');
    await log.flush();
    const lines = (await readFile(log.file, 'utf8')).split('\n');
    const numbers = Array.from({ length: 50 }, (_, i) => `${time} ${i}`);
    const block = [`${time} agent output:`, 'answer', END_OF_OUTPUT, ''];
    assert.deepEqual(lines, [`${time} one`, `${time} two`, ...numbers, ...block]);
    assert.equal((await stat(log.file)).mode & 0o777, 0o600);
  });

  it('is appended to when an earlier run left it', async () => {
    await mkdir(dirname(log.file));
    await writeFile(log.file, 'earlier\n');
    log.append('new');
    await log.flush();
    assert.equal(await readFile(log.file, 'utf8'), `earlier\n${time} new\n`);
  });

  it('is not made again once it was deleted', async () => {
    log.append('one');
    await log.flush();
    await rm(dirname(log.file), { recursive: true });
    log.append('two');
    log.agentOutput('three');
    await log.flush();
    assert.equal(existsSync(dirname(log.file)), false);
  });

  it('writes nothing after it was closed', async () => {
    log.append('one');
    log.close();
    await log.flush();
    assert.equal(existsSync(log.file), false);
  });

  it('tells at the flush what the disk refused, and goes on afterwards', async () => {
    await mkdir(log.file, { recursive: true });
    log.append('lost');
    await assert.rejects(log.flush(), UserError);
    await rm(log.file, { recursive: true });
    log.append('kept');
    await log.flush();
    assert.equal(await readFile(log.file, 'utf8'), `${time} kept\n`);
  });
});
