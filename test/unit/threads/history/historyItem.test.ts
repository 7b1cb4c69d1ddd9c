import assert from 'node:assert/strict';
import fc from 'fast-check';
import { closedItem, parseHistoryItem } from '../../../../src/threads/history/historyItem';
import { MAX_TEXT } from '../../../../src/threads/history/itemText';
import { MAX_OUTPUT } from '../../../../src/threads/history/turn';
import type { HistoryItem } from '../../../../src/threads/history/turn';

const times = { startedAtMs: 1_795_362_514_902, completedAtMs: 1_795_362_515_194 };
/** Items as codex 0.169 sends them when they are completed, with what is shown of them. */
const samples: readonly (readonly [value: object, shown: object])[] = [
  [
    { type: 'userMessage', content: [{ type: 'text', text: 'Fix it', text_elements: [] }] },
    { kind: 'prompt', text: 'Fix it' },
  ],
  [
    {
      type: 'userMessage',
      content: [
        { type: 'text', text: 'Like here:' },
        { type: 'localImage', path: '/w/a.png' },
        { type: 'mention', name: 'docs', path: 'app://docs' },
      ],
    },
    { kind: 'prompt', text: 'Like here:\n[localImage: /w/a.png]\n[mention: app://docs]' },
  ],
  [
    { type: 'hookPrompt', fragments: [{ text: 'Run the linter.', hookRunId: 'h' }] },
    { kind: 'note', text: 'A hook said: Run the linter.' },
  ],
  [
    { type: 'agentMessage', moderation: null, text: 'on it', phase: 'commentary', ...times },
    { kind: 'message', text: 'on it', isFinal: false, durationMs: 292 },
  ],
  [
    { type: 'agentMessage', text: 'done', phase: 'final_answer' },
    { kind: 'message', text: 'done', isFinal: true },
  ],
  [
    { type: 'functionCallOutput', name: 'lookup', namespace: 'db', output: 'one row' },
    { kind: 'tool', name: 'db.lookup', input: '', output: 'one row' },
  ],
  [
    {
      type: 'functionCallOutput',
      name: 'draw',
      namespace: null,
      output: [
        { type: 'input_text', text: 'a cat' },
        { type: 'input_image', image_url: 'data:' },
      ],
    },
    { kind: 'tool', name: 'draw', input: '', output: 'a cat\n[input_image]' },
  ],
  [
    { type: 'plan', text: '1. Read' },
    { kind: 'plan', text: '1. Read' },
  ],
  [
    { type: 'reasoning', summary: ['**Looking**', 'At it'], content: ['raw'] },
    { kind: 'reasoning', text: '**Looking**\n\nAt it' },
  ],
  [
    { type: 'reasoning', summary: [], content: ['raw'] },
    { kind: 'reasoning', text: 'raw' },
  ],
  [
    {
      type: 'commandExecution',
      pluginId: null,
      scriptPath: null,
      command: "/bin/bash -lc 'exit 3'",
      cwd: '/w',
      processId: '37359',
      source: 'unifiedExecStartup',
      status: 'failed',
      commandActions: [{ type: 'unknown', command: 'exit 3' }],
      aggregatedOutput: 'err\nhi\n',
      exitCode: 3,
      durationMs: 0,
      ...times,
    },
    {
      kind: 'command',
      command: "/bin/bash -lc 'exit 3'",
      cwd: '/w',
      exitCode: 3,
      output: 'err\nhi\n',
      status: 'failed',
      durationMs: 0,
    },
  ],
  [
    {
      type: 'fileChange',
      status: 'declined',
      changes: [
        { path: '/w/a', kind: { type: 'add' }, diff: 'a\n' },
        { path: '/w/b', kind: { type: 'update', move_path: '/w/c' }, diff: '@@ -1 +1 @@\n' },
      ],
    },
    {
      kind: 'fileChange',
      status: 'declined',
      changes: [
        { path: '/w/a', kind: 'add', diff: 'a\n' },
        { path: '/w/b', kind: 'update', diff: '@@ -1 +1 @@\n', movedTo: '/w/c' },
      ],
    },
  ],
  [
    {
      type: 'mcpToolCall',
      server: 'files',
      tool: 'read',
      status: 'completed',
      arguments: { path: 'a' },
      result: { content: [{ type: 'text', text: 'body' }], structuredContent: null, _meta: null },
      error: null,
      durationMs: 4,
    },
    { kind: 'tool', name: 'files.read', input: '{\n  "path": "a"\n}', output: 'body', durationMs: 4 },
  ],
  [
    {
      type: 'mcpToolCall',
      server: 'files',
      tool: 'stat',
      status: 'completed',
      arguments: {},
      result: { content: [], structuredContent: { size: 1 } },
    },
    { kind: 'tool', name: 'files.stat', input: '', output: '{\n  "size": 1\n}' },
  ],
  [
    {
      type: 'mcpToolCall',
      server: 'files',
      tool: 'read',
      status: 'failed',
      arguments: null,
      result: null,
      error: { message: 'no such file' },
    },
    { kind: 'tool', name: 'files.read', input: '', output: 'no such file', status: 'failed' },
  ],
  [
    {
      type: 'dynamicToolCall',
      namespace: null,
      tool: 'open',
      arguments: 'x',
      status: 'completed',
      contentItems: [{ type: 'inputText', text: 'opened' }],
      success: false,
    },
    { kind: 'tool', name: 'open', input: 'x', output: 'opened', status: 'failed' },
  ],
  [
    {
      type: 'collabAgentToolCall',
      tool: 'spawnAgent',
      status: 'completed',
      senderThreadId: 'a',
      receiverThreadIds: ['b'],
      prompt: 'Look into it',
      agentsStates: { b: { status: 'running', message: null }, c: { status: 'completed', message: 'ok' } },
    },
    { kind: 'subAgent', text: 'spawnAgent: Look into it\nrunning\ncompleted: ok' },
  ],
  [
    { type: 'subAgentActivity', kind: 'started', agentThreadId: 'b', agentPath: '/root/worker', model: null },
    { kind: 'subAgent', text: 'started /root/worker' },
  ],
  [
    { type: 'webSearch', query: 'codex', action: { type: 'search', query: 'codex' }, results: null },
    { kind: 'webSearch', query: 'codex' },
  ],
  [
    {
      type: 'webSearch',
      query: '',
      action: { type: 'open_page', url: 'https://example.org' },
      results: null,
    },
    { kind: 'webSearch', query: 'https://example.org' },
  ],
  [
    { type: 'imageView', path: '/w/a.png' },
    { kind: 'image', path: '/w/a.png' },
  ],
  [
    { type: 'sleep', durationMs: 5000 },
    { kind: 'note', text: 'Codex waited.', durationMs: 5000 },
  ],
  [
    { type: 'imageGeneration', status: 'completed', savedPath: '/w/b.png', result: 'AAAA' },
    { kind: 'image', path: '/w/b.png' },
  ],
  [
    { type: 'enteredReviewMode', review: 'current changes' },
    { kind: 'note', text: 'Review: current changes' },
  ],
  [
    { type: 'exitedReviewMode', review: '- [P1] Bad' },
    { kind: 'review', text: '- [P1] Bad' },
  ],
  [{ type: 'contextCompaction' }, { kind: 'note', text: 'The context was compacted.' }],
  [
    { type: 'holodeck', program: 3 },
    { kind: 'note', text: 'holodeck' },
  ],
];

/** What is there: fields without a value say the same as none. */
function defined(item: HistoryItem | undefined): unknown {
  return item === undefined ? undefined : JSON.parse(JSON.stringify(item));
}

describe('an item of codex', () => {
  for (const [value, shown] of samples) {
    const { type } = value as { type: string };
    it(`is shown as ${(shown as HistoryItem).kind} when it is a completed ${type}`, () => {
      const parsed = parseHistoryItem({ id: 'i', ...value }, true);
      assert.deepEqual(defined(parsed), { id: 'i', status: 'completed', ...shown });
    });
  }

  it('is running when it has started and says nothing else', () => {
    assert.equal(parseHistoryItem({ id: 'i', type: 'plan' }, false)?.status, 'running');
    const command = { id: 'i', type: 'commandExecution', status: 'inProgress' };
    assert.equal(parseHistoryItem(command, false)?.status, 'running');
  });

  it('is closed by the end of its turn', () => {
    const item = parseHistoryItem({ id: 'i', type: 'commandExecution', status: 'inProgress' }, false);
    assert.ok(item);
    assert.equal(closedItem(item, 'failed').status, 'interrupted');
    assert.equal(closedItem(item, 'interrupted').status, 'interrupted');
    assert.equal(closedItem(item, 'completed').status, 'completed');
    assert.equal(closedItem(item, 'running'), item);
    const failed = { ...item, status: 'failed' as const };
    assert.equal(closedItem(failed, 'completed'), failed);
  });

  it('keeps the end of a long output and the begin of a long text', () => {
    const long = `first ${'x'.repeat(10_000_000)} last`;
    const item = parseHistoryItem({ id: 'i', type: 'commandExecution', aggregatedOutput: long }, true);
    assert.ok(item?.kind === 'command');
    assert.equal(item.output.length, MAX_OUTPUT);
    assert.match(item.output, /x last$/);
    const message = parseHistoryItem({ id: 'i', type: 'agentMessage', text: long }, true);
    assert.ok(message?.kind === 'message');
    assert.equal(message.text.length, MAX_TEXT);
    assert.match(message.text, /^first x/);
  });

  it('is none without an id', () => {
    assert.equal(parseHistoryItem({ type: 'plan', text: 'x' }, true), undefined);
    assert.equal(parseHistoryItem(null, true), undefined);
  });

  it('never throws, whatever a server may send for its fields', () => {
    const types = samples.map(([value]) => (value as { type: string }).type);
    const fields = [...new Set(samples.flatMap(([value]) => Object.keys(value)))];
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.dictionary(fc.constantFrom(...fields.filter((name) => name !== 'type')), fc.jsonValue()),
        fc.boolean(),
        (type, values, isCompleted) => {
          const item = parseHistoryItem({ ...values, type, id: 'i' }, isCompleted);
          assert.equal(item?.id, 'i');
          assert.equal(closedItem(item, 'failed').status === 'running', false);
        },
      ),
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseHistoryItem(value, true)));
  });
});
