import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { ModelStub } from '../../support/modelStub/modelStub';
import { projectRoot } from '../../support/paths';
import { assertNoProcessOf, waitUntil } from '../../support/processes';
import { createScratchHome, type ScratchHome } from '../../support/scratchHome';
import { RawCodex, type EndedTurn } from './rawCodex';

describe('The offline model, spoken to by the real codex', () => {
  let stub: ModelStub;
  let home: ScratchHome;
  let workspace: string;
  let codex: RawCodex;

  before(async () => {
    stub = await ModelStub.start({ answerMs: 100 });
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl });
    workspace = await home.workspace('sample');
    codex = await RawCodex.start(home);
  });

  after(async () => {
    await codex.close();
    await assertNoProcessOf(home.home);
    await home.dispose();
    await stub.stop();
  });

  async function play(prompt: string, options: object = {}): Promise<EndedTurn> {
    const thread = await codex.startThread(workspace, options);
    return codex.turnEnded(await codex.startTurn(thread, prompt));
  }

  const ofType = (turn: EndedTurn, type: string) => turn.items.filter((item) => item.type === type);

  it('answers exactly what say: names, and codex warns of nothing in the thread', async () => {
    const turn = await play('Please say:"Hello\nthere"');
    assert.deepEqual([turn.status, turn.answer], ['completed', 'Hello\nthere']);
    assert.deepEqual(codex.heardSoFar('warning'), []);
  });

  it('restates a prompt without directives in an answer of many pieces', async () => {
    const turn = await play('Tidy the imports');
    assert.match(String(turn.answer), /> Tidy the imports/);
    const id = ofType(turn, 'agentMessage')[0]?.id;
    const deltas = codex.heardSoFar('item/agentMessage/delta').filter(({ itemId }) => itemId === id);
    assert.ok(deltas.length >= 15, `${deltas.length} pieces`);
  });

  it('streams ticks for as long as stream: says', async () => {
    const startedAt = Date.now();
    const turn = await play('stream:0.5');
    assert.equal(turn.answer, 'tick1 tick2 tick3 tick4 tick5 ');
    assert.ok(Date.now() - startedAt >= 500);
  });

  it('writes as much as big: says', async () => {
    const turn = await play('big:20');
    assert.equal(String(turn.answer).length, 20 * 1024);
  });

  for (const model of ['offline', 'offline-code-mode']) {
    it(`runs a command once and tells its exit code (${model})`, async () => {
      const turn = await play('run:"sleep 0.1; echo once; exit 3" say:done', { model });
      const commands = ofType(turn, 'commandExecution');
      const seen = commands.map(({ exitCode, aggregatedOutput, status }) => [
        exitCode,
        aggregatedOutput,
        status,
      ]);
      assert.deepEqual(seen, [[3, 'once\n', 'failed']]);
      assert.equal(turn.answer, 'done');
    });

    it(`asks for approval under on-request, and an accepted command leaves the sandbox (${model})`, async () => {
      const outside = path.join(home.home, `outside-${model}`);
      const thread = await codex.startThread(workspace, { model, approvalPolicy: 'on-request' });
      const turnId = await codex.startTurn(thread, `ask:"touch '${outside}'" say:asked`);
      const request = await codex.heard(
        'item/commandExecution/requestApproval',
        (params) => params.turnId === turnId,
      );
      await assert.rejects(stat(outside), { code: 'ENOENT' });
      codex.answer(request.id, { decision: 'accept' });
      const turn = await codex.turnEnded(turnId);
      assert.deepEqual([turn.answer, ofType(turn, 'commandExecution')[0]?.exitCode], ['asked', 0]);
      await stat(outside);
    });
  }

  for (const model of ['offline', 'offline-code-mode', 'unknown-to-codex']) {
    it(`adds a file, then appends to it (${model})`, async () => {
      const file = `${model}.txt`;
      const turn = await play(`edit:${file}="one\\ntwo" edit:${file}=three`, { model });
      const kinds = ofType(turn, 'fileChange').map(({ changes }) => JSON.stringify(changes));
      assert.equal(kinds.length, 2);
      assert.match(kinds[0] ?? '', /"kind":\{"type":"add"\}/);
      assert.match(kinds[1] ?? '', /"kind":\{"type":"update"/);
      assert.equal(await readFile(path.join(workspace, file), 'utf8'), 'one\ntwo\nthree\n');
    });
  }

  it('leaves a background command running behind its turn', async () => {
    const turn = await play('background:"sleep 1; echo late" say:first');
    assert.equal(turn.answer, 'first');
    const { item } = await codex.heard('item/completed', (params) => isCommandWith(params, 'echo late'));
    assert.match(JSON.stringify(item), /late\\n/);
    assert.deepEqual(ofType(turn, 'commandExecution'), []);
  });

  it('asks the person a question and takes the answer', async () => {
    const thread = await codex.startThread(workspace);
    const turnId = await codex.startTurn(thread, 'question:"Shall I go on?" say:thanks');
    const request = await codex.heard('item/tool/requestUserInput', (params) => params.turnId === turnId);
    assert.match(JSON.stringify(request.questions), /Shall I go on\?/);
    codex.answer(request.id, { answers: { offline_question: { answers: ['No'] } } });
    assert.equal((await codex.turnEnded(turnId)).answer, 'thanks');
    assert.match(stub.requests.at(-1)?.outputs[0]?.text ?? '', /No/);
  });

  it('thinks before it answers', async () => {
    const turn = await play('reason:0.3 say:thought');
    const id = ofType(turn, 'reasoning')[0]?.id;
    const deltas = codex.heardSoFar('item/reasoning/summaryTextDelta').filter(({ itemId }) => itemId === id);
    assert.ok(deltas.length > 5, `${deltas.length} pieces of the thought`);
    assert.equal(turn.answer, 'thought');
  });

  it('plays the directives of a prompt in their order', async () => {
    const turn = await play('say:"first I look" run:"echo hi" reason:0.1 edit:combined.md say:done');
    const types = turn.items.map((item) => [item.type, item.phase].filter(isString).join(' '));
    assert.deepEqual(types, [
      'userMessage',
      'agentMessage commentary',
      'commandExecution',
      'reasoning',
      'fileChange',
      'agentMessage final_answer',
    ]);
  });

  it('does nothing again in the next turn of the thread', async () => {
    const thread = await codex.startThread(workspace);
    await codex.turnEnded(await codex.startTurn(thread, 'run:"echo hi" say:one'));
    const second = await codex.turnEnded(await codex.startTurn(thread, 'run:"echo ho" say:two'));
    assert.equal(second.answer, 'two');
    assert.deepEqual(
      ofType(second, 'commandExecution').map((item) => item.aggregatedOutput),
      ['ho\n'],
    );
  });

  const failures = [
    ['fail:500', 'internalServerError'],
    ['fail:429', 'usageLimitExceeded'],
    ['fail:401', { httpConnectionFailed: { httpStatusCode: 401 } }],
    ['fail:400', 'other'],
    ['fail:overloaded', 'serverOverloaded'],
    ['fail:context', 'contextWindowExceeded'],
    ['fail:quota', 'usageLimitExceeded'],
    ['stream:0.2 drop', 'other'],
    ['cut', 'other'],
  ] as const;
  for (const [prompt, info] of failures) {
    it(`fails the turn for “${prompt}”`, async () => {
      const turn = await play(prompt);
      assert.deepEqual([turn.status, turn.errorInfo], ['failed', info]);
    });
  }

  for (const prompt of ['stream:60', 'hang', 'slow:60 say:late']) {
    it(`can be interrupted in “${prompt}”`, async () => {
      const thread = await codex.startThread(workspace);
      const turnId = await codex.startTurn(thread, prompt);
      const isAsked = (): boolean => stub.requests.some((request) => request.prompt === prompt);
      await waitUntil(isAsked, { timeoutMs: 5000, what: 'the request of codex' });
      if (prompt === 'stream:60') {
        await codex.heard('item/agentMessage/delta', (params) => params.turnId === turnId);
      }
      await codex.request('turn/interrupt', { threadId: thread, turnId });
      assert.equal((await codex.turnEnded(turnId)).status, 'interrupted');
    });
  }

  it('obeys a message that steers the running turn', async () => {
    const thread = await codex.startThread(workspace);
    const turnId = await codex.startTurn(thread, 'stream:0.5');
    await codex.heard('item/agentMessage/delta', (params) => params.turnId === turnId);
    const input = [{ type: 'text', text: 'say:steered', text_elements: [] }];
    await codex.request('turn/steer', { threadId: thread, expectedTurnId: turnId, input });
    assert.equal((await codex.turnEnded(turnId)).answer, 'steered');
  });

  it('waits before it answers when slow: says so', async () => {
    const startedAt = Date.now();
    const turn = await play('slow:0.6 say:slept');
    assert.equal(turn.answer, 'slept');
    assert.ok(Date.now() - startedAt >= 600);
  });

  it('remembers the model and the effort of each request', async () => {
    await play('say:hi', { model: 'offline', config: { model_reasoning_effort: 'high' } });
    const { prompt, model, effort, cwd } = stub.requests.at(-1) ?? {};
    assert.deepEqual(
      { prompt, model, effort, cwd },
      { prompt: 'say:hi', model: 'offline', effort: 'high', cwd: workspace },
    );
  });

  it('lets codex end with its stdin in the middle of an answer and of a command', async () => {
    const other = await RawCodex.start(home);
    for (const prompt of ['stream:60', 'run:"sleep 60.125"']) {
      const thread = await other.startThread(workspace);
      const turnId = await other.startTurn(thread, prompt);
      await other.heard('item/started', ({ turnId: of, item }) => of === turnId && !isUserMessage(item));
    }
    assert.equal(await other.close(), 0);
    await codex.close();
    await assertNoProcessOf(home.home);
    codex = await RawCodex.start(home);
  });
});

describe('The offline model by itself', () => {
  it('reads a gzip-encoded body and answers as the asked schema wants', async () => {
    const stub = await ModelStub.start();
    try {
      const schema = {
        type: 'object',
        properties: { title: { type: 'string' }, count: { type: 'integer' } },
      };
      const answered = await fetch(`${stub.baseUrl}/responses`, {
        method: 'POST',
        headers: { 'content-encoding': 'gzip' },
        body: gzipSync(
          JSON.stringify({ input: [{ role: 'user', content: 'Name it' }], text: { format: { schema } } }),
        ),
      });
      assert.ok(
        (await answered.text()).includes(JSON.stringify(JSON.stringify({ title: 'Name it', count: 0 }))),
      );
    } finally {
      await stub.stop();
    }
  });

  it('is done when it is stopped in the middle of an answer', async () => {
    const stub = await ModelStub.start();
    const body = JSON.stringify({ input: [{ role: 'user', content: 'stream:60' }] });
    const url = `${stub.baseUrl}/responses`;
    const answered = await fetch(url, { method: 'POST', body });
    await stub.stop();
    await assert.rejects(answered.text());
    await assert.rejects(fetch(url));
  });

  for (const [end, how] of [
    ['its stdin closes', 'stdin'],
    ['it is told to', 'SIGTERM'],
  ] as const) {
    it(`prints its address as a program and ends when ${end}`, async () => {
      const main = path.join(projectRoot, 'test', 'support', 'modelStub', 'main.ts');
      const child = spawn(process.execPath, ['--import', 'tsx', main], { cwd: projectRoot });
      const exit = once(child, 'exit');
      const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      assert.equal((await fetch(`${url}/models`)).status, 404);
      if (how === 'stdin') child.stdin.end();
      else child.kill('SIGTERM');
      assert.deepEqual(await exit, [0, null]);
    });
  }
});

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isUserMessage(item: unknown): boolean {
  return JSON.stringify(item).includes('"type":"userMessage"');
}

function isCommandWith({ item }: { item?: unknown }, text: string): boolean {
  const json = JSON.stringify(item);
  return json.includes('"commandExecution"') && json.includes(text);
}
