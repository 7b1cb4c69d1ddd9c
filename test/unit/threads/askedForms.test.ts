import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isRecord } from '../../../src/base/record';
import { ApprovalDesk } from '../../../src/threads/approvalDesk';
import type { FieldInput, FormValues } from '../../../src/threads/askedForm';
import { typedProblem } from '../../../src/threads/fieldValue';
import type { TypedInput } from '../../../src/threads/fieldValue';
import { waitUntil } from '../../support/processes';

const nothing = (): void => undefined;
const newDesk = (): ApprovalDesk =>
  new ApprovalDesk({ onDidChange: nothing, editsOf: () => [], files: { raise: nothing, withdraw: nothing } });

const QUESTIONS = 'item/tool/requestUserInput';
const ELICITATION = 'mcpServer/elicitation/request';

/** Two questions, as codex 0.169 sends them. */
const questions = {
  ...{ threadId: 't', turnId: 'u', itemId: 'i', isBlocking: false, autoResolutionMs: null },
  questions: [
    {
      ...{ id: 'db', header: 'Database', question: 'Which\u202e database?', isOther: true, isSecret: false },
      options: [
        { label: 'Postgres', description: 'As before.' },
        { label: 'SQLite', description: '' },
      ],
    },
    { id: 'key', header: 'Key', question: 'The key?', isOther: false, isSecret: true, options: null },
  ],
};
const schemaOf = (properties: object, required: string[] = []): object => ({
  ...{ threadId: 't', turnId: null, serverName: 'tiny', mode: 'form', _meta: null, message: 'Who?' },
  requestedSchema: { type: 'object', properties, required },
});
const url = (address: unknown): object => ({ mode: 'url', serverName: 'tiny', message: 'Go', url: address });

const ask = (method: string, params: unknown, desk = newDesk()) => {
  const answer = desk.ask({ id: 0, method, params });
  return { desk, answer, asked: desk.first };
};

describe('the questions of a model', () => {
  it('are asked one by one, with their options, and nothing that disguises them', () => {
    const { asked } = ask(QUESTIONS, questions);
    assert.equal(asked?.kind, 'questions');
    assert.equal(asked.summary, 'asks: Which database? and 1 more');
    assert.deepEqual(asked.decisions, ['decline']);
    const [first, second] = asked.form?.fields ?? [];
    assert.deepEqual([first?.key, first?.label, first?.text], ['db', 'Database', 'Which database?']);
    assert.deepEqual(first?.input, {
      ...{ kind: 'choice', hasOther: true, isSecret: false, initial: undefined },
      options: [
        { value: 'Postgres', label: 'Postgres', description: 'As before.' },
        { value: 'SQLite', label: 'SQLite', description: '' },
      ],
    });
    assert.ok(second?.input.kind === 'text' && second.input.isSecret);
  });

  it('are answered in the words that codex knows', async () => {
    const { desk, answer, asked } = ask(QUESTIONS, questions);
    const values: FormValues = new Map([
      ['db', 'SQLite'],
      ['key', 's3cret'],
    ]);
    assert.ok(desk.answer(asked?.id ?? '', 'accept', values));
    assert.deepEqual(await answer, {
      answers: { db: { answers: ['SQLite'] }, key: { answers: ['s3cret'] } },
    });
  });

  for (const end of ['decline', 'withdraw', 'dispose'] as const) {
    it(`are left without an answer on ${end}`, async () => {
      const { desk, answer, asked } = ask(QUESTIONS, questions);
      if (end === 'decline') desk.answer(asked?.id ?? '', 'decline');
      else if (end === 'withdraw') desk.withdraw(0);
      else desk.dispose();
      assert.deepEqual(await answer, { answers: {} });
      assert.equal(desk.first, undefined);
    });
  }

  it('are given up at the deadline that codex names', async () => {
    const { desk, answer, asked } = ask(QUESTIONS, { ...questions, autoResolutionMs: 50 });
    assert.equal(asked?.form?.deadline, (asked?.requestedAt ?? 0) + 50);
    assert.deepEqual(await answer, { answers: {} });
    await waitUntil(() => desk.first === undefined, { timeoutMs: 1_000, what: 'the end of the question' });
  });

  it('are refused when there is nothing to answer', () => {
    for (const params of [undefined, [], {}, { questions: 'a' }, { questions: [null, {}, { id: 'x' }] }])
      assert.equal(ask(QUESTIONS, params).answer, undefined);
  });
});

describe('what an MCP server asks', () => {
  const inputOf = (property: object): FieldInput | undefined =>
    ask(ELICITATION, schemaOf({ a: property })).asked?.form?.fields[0]?.input;

  it('is a form of strings, numbers, choices and switches', async () => {
    const { desk, answer, asked } = ask(
      ELICITATION,
      schemaOf({ name: { type: 'string', title: 'Name' } }, ['name']),
    );
    assert.deepEqual([asked?.kind, asked?.summary], ['elicitation', 'asks for tiny: Who?']);
    desk.answer(asked?.id ?? '', 'accept', new Map([['name', 'Me']]));
    assert.deepEqual(await answer, { action: 'accept', content: { name: 'Me' }, _meta: null });
    const options = [
      { value: 'a', label: 'A', description: '' },
      { value: 'b', label: 'b', description: '' },
    ];
    const one = { kind: 'choice', options, hasOther: false, isSecret: false, initial: 'b' };
    for (const property of [
      { type: 'string', enum: ['a', 'b'], enumNames: ['A'], default: 'b' },
      { type: 'string', oneOf: [{ const: 'a', title: 'A' }, { const: 'b' }], default: 'b' },
    ])
      assert.deepEqual(inputOf(property), one);
    assert.deepEqual(
      inputOf({ type: 'array', minItems: 1, items: { anyOf: [{ const: 'a', title: 'A' }, { const: 'b' }] } }),
      { kind: 'choices', options, min: 1, max: Infinity, initial: [] },
    );
    assert.deepEqual(inputOf({ type: 'integer', minimum: 1, default: 2 }), {
      ...{ kind: 'number', isInteger: true, minimum: 1, maximum: Infinity, initial: 2 },
    });
    assert.deepEqual(inputOf({ type: 'boolean' }), { kind: 'boolean', initial: undefined });
  });

  it('is refused where a required field cannot be asked for, and without an optional one that cannot', () => {
    const properties = { a: { type: 'object' }, b: { type: 'string' } };
    assert.equal(ask(ELICITATION, schemaOf(properties, ['a'])).answer, undefined);
    assert.equal(ask(ELICITATION, schemaOf(properties, ['c'])).answer, undefined);
    const { asked } = ask(ELICITATION, schemaOf(properties, ['b']));
    assert.deepEqual(
      asked?.form?.fields.map(({ key }) => key),
      ['b'],
    );
  });

  for (const [end, action] of [
    ['decline', 'decline'],
    ['accept', 'cancel'],
    ['withdraw', 'cancel'],
    ['dispose', 'cancel'],
  ] as const) {
    it(`is told "${action}" on ${end} without an answer`, async () => {
      const { desk, answer, asked } = ask(ELICITATION, schemaOf({ a: { type: 'string' } }));
      if (end === 'withdraw') desk.withdraw(0);
      else if (end === 'dispose') desk.dispose();
      else desk.answer(asked?.id ?? '', end);
      assert.deepEqual(await answer, { action, content: null, _meta: null });
    });
  }

  it('is approved as it is when it asks for no data', async () => {
    const { desk, answer, asked } = ask(ELICITATION, schemaOf({}));
    assert.deepEqual([asked?.form, asked?.decisions], [undefined, ['accept', 'decline']]);
    desk.answer(asked?.id ?? '', 'accept');
    assert.deepEqual(await answer, { action: 'accept', content: {}, _meta: null });
  });

  it('may be a page of the web, shown as it will be opened, and no other address', async () => {
    const { desk, answer, asked } = ask(ELICITATION, url('HTTPS://ex\u0430mple.com/a b'));
    assert.equal(asked?.form?.url, 'https://xn--exmple-4nf.com/a%20b');
    assert.equal(asked.command, asked.form.url);
    desk.answer(asked.id, 'accept', new Map());
    assert.deepEqual(await answer, { action: 'accept', content: null, _meta: null });
    for (const address of [
      'file:///etc/passwd',
      'vscode://a/b',
      'command:x',
      'https://evil.example%2Fx@good.example/login',
      'https://:secret@a.example',
      'javascript:1',
      '',
      7,
      undefined,
    ])
      assert.equal(ask(ELICITATION, url(address)).answer, undefined);
  });

  it('may be leave for a tool, for the session too', async () => {
    const _meta = {
      ...{ codex_approval_kind: 'mcp_tool_call', persist: ['session', 'always'] },
      ...{ tool_name: 'change', tool_params: { a: 1 } },
    };
    const params = { ...schemaOf({}), _meta, message: 'Allow it?' };
    const { desk, answer, asked } = ask(ELICITATION, params);
    assert.deepEqual([asked?.kind, asked?.summary], ['toolCall', 'wants to call change of tiny']);
    assert.equal(asked?.command, '{\n  "a": 1\n}');
    assert.deepEqual(asked.decisions, ['accept', 'acceptForSession', 'decline']);
    desk.answer(asked.id, 'acceptForSession');
    assert.deepEqual(await answer, { action: 'accept', content: {}, _meta: { persist: 'session' } });
    const once = ask(ELICITATION, { ...params, _meta: { ..._meta, persist: undefined } }).asked;
    assert.deepEqual(once?.decisions, ['accept', 'decline']);
  });
});

describe('whatever is asked', () => {
  /** What stands where something else was expected. */
  const wild = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      'form',
      'url',
      'string',
      'array',
      'object',
      'mcp_tool_call',
      '__proto__',
      'https://a.b',
      {},
    ),
  );
  const words = fc.string({ unit: 'binary' });
  const property = fc.record(
    {
      ...{ type: fc.constantFrom('string', 'number', 'boolean', 'array', 'null'), title: words },
      ...{ enum: fc.oneof(fc.array(words), wild), items: wild, oneOf: wild, default: wild, minLength: wild },
    },
    { requiredKeys: ['type'] },
  );
  const params = fc.record(
    {
      ...{ mode: fc.constantFrom('form', 'url'), message: words, serverName: words, url: wild, _meta: wild },
      requestedSchema: fc.oneof(
        fc.record({
          type: fc.constant('object'),
          properties: fc.dictionary(words, property),
          required: wild,
        }),
        wild,
      ),
      questions: fc.oneof(
        fc.array(fc.record({ id: words, header: words, question: words, options: wild, isOther: wild })),
        wild,
      ),
      autoResolutionMs: fc.oneof(fc.integer(), fc.double(), wild),
    },
    { requiredKeys: [] },
  );
  const method = fc.constantFrom(QUESTIONS, ELICITATION);

  it('never fails, disguises nothing, and is answered with something whenever it is asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        method,
        params,
        fc.constantFrom('accept', 'decline', 'cancel'),
        async (name, value, said) => {
          const { desk, answer, asked } = ask(name, value);
          if (answer === undefined) return;
          assert.ok(asked !== undefined);
          const { fields = [], deadline } = asked.form ?? {};
          const shown = [asked.summary, ...fields.flatMap(({ label, text }) => [label, text])].join('');
          assert.doesNotMatch(shown, /[\u202a-\u202e\u2066-\u2069\u001b\u200b]/);
          assert.ok(deadline === undefined || Number.isFinite(deadline));
          assert.ok(asked.decisions.includes('decline'));
          const values = new Map(fields.map(({ key }) => [key, 'x']));
          assert.ok(desk.answer(asked.id, said, values));
          const result = await answer;
          assert.ok(isRecord(result) && ('answers' in result || 'action' in result));
          // Each answer stands under the very key that was asked for.
          const content = isRecord(result.answers) ? result.answers : result.content;
          const isGiven = said === 'accept' && asked.form !== undefined && asked.form.url === undefined;
          if (isGiven) assert.deepEqual(Object.keys(content ?? {}).sort(), [...values.keys()].sort());
        },
      ),
    );
  });
});

describe('what is typed into a field', () => {
  const text = (fields: object = {}): TypedInput => ({
    ...{
      kind: 'text',
      isSecret: false,
      minLength: 0,
      maxLength: Infinity,
      format: undefined,
      initial: undefined,
    },
    ...fields,
  });
  const number = (fields: object = {}): TypedInput => ({
    ...{ kind: 'number', isInteger: false, minimum: -Infinity, maximum: Infinity, initial: undefined },
    ...fields,
  });
  for (const [input, good, bad] of [
    [text({ minLength: 2, maxLength: 3 }), ['ab', '👍👍👍'], ['a', 'abcd']],
    [text({ format: 'email' }), ['a@b'], ['a', 'a@b c']],
    [text({ format: 'uri' }), ['https://a.b'], ['a.b']],
    [text({ format: 'date' }), ['2030-12-31'], ['2030-02-30', '31.12.2030']],
    [text({ format: 'date-time' }), ['2030-12-31T23:59:00Z'], ['2030-12-31', '2030-12-31 noon']],
    [text({ format: 'toString' }), ['anything'], []],
    [number({ minimum: 1, maximum: 2 }), ['1', '1.5', ' 2 '], ['0', '3', '', 'x', 'Infinity']],
    [number({ isInteger: true }), ['7', '-7'], ['1.5', '1e400']],
  ] as const) {
    it(`is checked as it is asked for: ${JSON.stringify(input)}`, () => {
      for (const typed of good) assert.equal(typedProblem(input, typed), undefined, typed);
      for (const typed of bad) assert.notEqual(typedProblem(input, typed), undefined, typed);
    });
  }
});
