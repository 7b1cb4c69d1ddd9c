import assert from 'node:assert/strict';
import { appendFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { logBodies, logLine, outputBlock } from '../../../../src/state/logBodies';
import { LogItems } from '../../../../src/threads/history/logItems';
import { LogLines } from '../../../../src/threads/history/logLines';
import type { HistoryItem } from '../../../../src/threads/history/turn';
import { createTemporaryFolder } from '../../../support/temporaryFolder';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

function read(text: string, since?: number): LogItems {
  const items = new LogItems(since);
  for (const line of text.split('\n')) items.add(line);
  return items;
}

function lineOf(item: HistoryItem): string {
  const { id, kind, status } = item;
  switch (item.kind) {
    case 'command':
      return `${id} ${kind} ${status} ${item.command} ${item.exitCode} ${item.durationMs}`;
    case 'fileChange':
      return `${id} ${kind} ${status} ${item.changes.map((change) => `${change.path}:${change.kind}`).join()}`;
    case 'message':
      return `${id} ${kind} ${status} ${item.isFinal} ${item.text}`;
    case 'error':
      return `${id} ${kind} ${status} ${item.message}`;
    case 'note':
      return `${id} ${kind} ${status} ${item.text}`;
    default:
      return `${id} ${kind} ${status}`;
  }
}

describe('a turn in a log', () => {
  it('has its commands, edits, messages and errors as items', () => {
    const text = [
      logLine(at(0), logBodies.commandStarted('npm test')),
      logLine(at(2), logBodies.commandRejected('npm test', 'failed')),
      logLine(at(2), logBodies.commandCompleted('npm test', 3)),
      logLine(at(3), logBodies.commandStarted('rm -rf /')),
      logLine(at(3), logBodies.commandRejected('rm -rf /', 'declined')),
      logLine(at(4), logBodies.fileEdited('/w/a (old).ts', 'add')),
      logLine(at(4), logBodies.fileChangeRejected(['/w/b', '/w/c'], 'declined')),
      logLine(at(5), logBodies.commentary('Now the tests.')),
      ...logBodies.errorLines('overloaded', true).map((body) => logLine(at(6), body)),
      ...logBodies.errorLines('gone', false).map((body) => logLine(at(7), body)),
      logLine(at(8), logBodies.commandStarted('sleep 9')),
      logLine(at(9), logBodies.commandCompleted('unseen', 0)),
      outputBlock(at(10), 'All is well.\n\n2026-01-01T00:00:00.000Z no line'),
    ].join('');
    const log = read(text);
    assert.deepEqual(log.items.map(lineOf), [
      'log-1 command failed npm test 3 2000',
      'log-2 command declined rm -rf / undefined undefined',
      'log-3 fileChange completed /w/a (old).ts:add',
      'log-4 fileChange declined /w/b:update,/w/c:update',
      'log-5 message completed false Now the tests.',
      'log-6 error failed gone',
      'log-7 command running sleep 9 undefined undefined',
      'log-8 command completed unseen 0 undefined',
      'log-9 message completed true All is well.\n\n 2026-01-01T00:00:00.000Z no line',
    ]);
    assert.deepEqual([log.firstAt, log.lastAt], [at(0).getTime(), at(10).getTime()]);
    assert.deepEqual(log.close('interrupted'), ['log-7']);
  });

  it('takes a command that is tried again for another one', () => {
    const log = read(
      [
        ...[logBodies.commandStarted('make'), logBodies.commandRejected('make', 'declined')],
        ...[logBodies.commandStarted('make'), logBodies.commandRejected('make', 'failed')],
        ...[logBodies.commandStarted('make'), logBodies.commandCompleted('make', 0)],
      ]
        .map((body) => logLine(at(0), body))
        .join(''),
    );
    assert.deepEqual(log.items.map(lineOf), [
      'log-1 command declined make undefined undefined',
      'log-2 command failed make undefined undefined',
      'log-3 command completed make 0 0',
    ]);
  });

  it('tells what the CLI says itself from what the model says', () => {
    const log = read(
      ['APPROVAL NEEDED', '  Command: touch x', '  Approve: codex-collab approve 1', 'I touch it.']
        .map((body) => logLine(at(0), `[codex] ${body}`))
        .join(''),
    );
    assert.deepEqual(log.items.map(lineOf), [
      'log-1 note completed APPROVAL NEEDED\nCommand: touch x\nApprove: codex-collab approve 1',
      'log-2 message completed false I touch it.',
    ]);
  });

  it('leaves out what was logged before it began', () => {
    const text = [
      logLine(at(0), logBodies.commandStarted('old')),
      outputBlock(at(1), 'An old answer'),
      logLine(at(5), logBodies.commandStarted('new')),
    ].join('');
    assert.deepEqual(read(text, at(5).getTime()).items.map(lineOf), [
      'log-1 command running new undefined undefined',
    ]);
  });

  it('is read whatever stands in the log', () => {
    const line = fc.oneof(
      fc.string(),
      fc.string().map((body) => logLine(at(0), `[codex] ${body}`).trimEnd()),
      fc.constantFrom('2026-01-01T00:00:00.000Z agent output:', '<<END_AGENT_OUTPUT>>'),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const log = read(lines.join('\n'));
        log.close('interrupted');
        assert.ok(log.items.every(({ status }) => status !== 'running'));
      }),
    );
  });
});

describe('the lines of a growing log', () => {
  it('come once each, and whole', async () => {
    const folder = await createTemporaryFolder('log-lines-');
    const file = join(folder.path, 'a.log');
    const lines = new LogLines(file);
    assert.deepEqual(await lines.read(), []);
    await writeFile(file, 'one\ntw');
    assert.deepEqual(await lines.read(), ['one']);
    assert.deepEqual(await lines.read(), []);
    const [first, second] = [Buffer.from('o é').subarray(0, 3), Buffer.from('o é').subarray(3)];
    await appendFile(file, first);
    assert.deepEqual(await lines.read(), []);
    await appendFile(file, Buffer.concat([second, Buffer.from('\n\nend\n')]));
    assert.deepEqual(await lines.read(), ['two é', '', 'end']);
    await folder.remove();
  });

  it('begin where the part of the run begins, and do not go on in another file', async () => {
    const folder = await createTemporaryFolder('log-lines-');
    const file = join(folder.path, 'a.log');
    await writeFile(file, 'old\nnew\n');
    const lines = new LogLines(file, 4);
    assert.deepEqual(await lines.read(), ['new']);
    await writeFile(join(folder.path, 'b.log'), 'something quite different\n');
    await rename(join(folder.path, 'b.log'), file);
    assert.deepEqual(await lines.read(), []);
    await folder.remove();
  });
});
