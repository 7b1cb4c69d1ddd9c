import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { FormValues } from '../../../src/threads/askedForm';
import type { PendingApproval } from '../../../src/threads/thread';
import type { TurnRun } from '../../../src/threads/turnRun';
import { projectRoot } from '../../support/paths';
import { waitUntil } from '../../support/processes';
import { TaskBench } from '../../support/taskBench';

const server = join(projectRoot, 'test', 'support', 'fakes', 'askingMcpServer.mjs');
const config = `[mcp_servers.tiny]
command = ${JSON.stringify(process.execPath)}
args = [${JSON.stringify(server)}]
`;
const form = {
  message: 'Who are you?',
  requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
};

describe('what codex wants to be told during a run', () => {
  let bench: TaskBench;
  before(async () => {
    bench = await TaskBench.open({ preferences: { approvalPolicy: 'on-request' }, config });
  });
  after(() => bench.close());

  const asked = (run: TurnRun): Promise<PendingApproval> =>
    waitUntil(() => run.pendingApproval, { timeoutMs: 15_000, what: 'a question' });
  const tool = (name: string, input: object = {}): string =>
    `tool:mcp__tiny/${name}='${JSON.stringify(input)}' say:done`;
  /** What the tool has given the model. */
  const outputs = (): string =>
    bench.stub.requests
      .at(-1)
      ?.outputs.map(({ text }) => text)
      .join('\n') ?? '';

  it('is the answer to a question of the model', async () => {
    const run = await bench.run('question:"Which database?" say:done');
    const approval = await asked(run);
    assert.equal(approval.summary, 'asks: Which database?');
    assert.equal(bench.store.get(run.threadId)?.status, 'needsYou');
    const [field] = approval.form?.fields ?? [];
    assert.ok(field?.input.kind === 'choice' && field.input.hasOther);
    assert.deepEqual(
      field.input.options.map(({ label }) => label),
      ['Yes (Recommended)', 'No'],
    );
    await bench.answerer.answer(run.threadId, approval.id, 'accept', new Map([[field.key, 'No']]));
    assert.equal((await run.ended).status, 'completed');
    assert.equal(outputs(), '{"answers":{"offline_question":{"answers":["No"]}}}');
  });

  it('is that nobody answers, after a decline, and the turn goes on', async () => {
    const run = await bench.run('question:"Which database?" say:done');
    await bench.answerer.answer(run.threadId, (await asked(run)).id, 'decline');
    assert.equal((await run.ended).status, 'completed');
    assert.equal(outputs(), '{"answers":{}}');
  });

  it('is nothing any more once the turn is stopped', async () => {
    const run = await bench.run('question:"Which database?" say:done');
    const { id } = await asked(run);
    await bench.killer.kill(run.threadId);
    assert.equal((await run.ended).status, 'interrupted');
    await assert.rejects(
      bench.answerer.answer(run.threadId, id, 'accept', new Map()),
      /answered or withdrawn/,
    );
  });

  for (const [decision, values, result] of [
    ['accept', new Map([['name', 'Me']]), /\{"action":"accept","content":\{"name":"Me"\}\}/],
    ['decline', undefined, /\{"action":"decline"\}/],
  ] as const satisfies readonly (readonly [string, FormValues | undefined, RegExp])[]) {
    it(`is what an MCP server asks for: ${decision}`, async () => {
      const run = await bench.run(tool('ask', form));
      const { id, summary } = await asked(run);
      assert.equal(summary, 'asks for tiny: Who are you?');
      await bench.answerer.answer(run.threadId, id, decision, values);
      assert.equal((await run.ended).status, 'completed');
      assert.match(outputs(), result);
    });
  }

  it('is that a page of an MCP server was opened', async () => {
    const run = await bench.run(
      tool('ask', {
        mode: 'url',
        message: 'Log in',
        url: 'https://example.invalid/login',
        elicitationId: '1',
      }),
    );
    const { id, form: page } = await asked(run);
    assert.deepEqual([page?.url, page?.fields], ['https://example.invalid/login', []]);
    await bench.answerer.answer(run.threadId, id, 'accept', new Map());
    await run.ended;
    assert.match(outputs(), /\{"action":"accept"/);
  });

  it('is leave for a tool, for the session if the person says so', async () => {
    const call = tool('change', { a: 1 }).replace(' say:done', '');
    const run = await bench.run(`${call} ${call} say:done`);
    const { id, kind, command, decisions } = await asked(run);
    assert.deepEqual([kind, command], ['toolCall', '{\n  "a": 1\n}']);
    assert.ok(decisions.includes('acceptForSession'));
    await bench.answerer.answer(run.threadId, id, 'acceptForSession');
    assert.equal((await run.ended).status, 'completed');
    assert.equal(outputs().match(/changed/g)?.length, 2);
  });

  it('is no leave for a tool after a decline', async () => {
    const run = await bench.run(tool('change'));
    await bench.answerer.answer(run.threadId, (await asked(run)).id, 'decline');
    assert.equal((await run.ended).status, 'completed');
    assert.match(outputs(), /rejected/);
  });
});
