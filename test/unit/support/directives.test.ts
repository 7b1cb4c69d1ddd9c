import assert from 'node:assert/strict';
import { parseDirectives, type Step } from '../../support/modelStub/directives';

describe('The directives of a prompt', () => {
  const cases: [prompt: string, ...steps: Step[]][] = [
    ['Tidy the imports'],
    ['Please drop the table and hang on; cut it'],
    ['reason: because, stream:many'],
    ['run:ls', { kind: 'run', command: 'ls' }],
    ['reason:1 run:echo hi say:done', reason(1), { kind: 'run', command: 'echo hi' }, say('done')],
    ['first say:one\nthen say:two', say('one'), say('two')],
    ['run:"echo \\"a b\\" say:no" say:yes', { kind: 'run', command: 'echo "a b" say:no' }, say('yes')],
    [`run:'printf "a\\n"' more words`, { kind: 'run', command: 'printf "a\\n"' }],
    ['say:"two\\nlines"', say('two\nlines')],
    ['stream:0.5 drop', { kind: 'stream', seconds: 0.5 }, { kind: 'drop' }],
    ['say:bye cut', say('bye'), { kind: 'cut' }],
    ['slow:2 hang', { kind: 'slow', seconds: 2 }, { kind: 'hang' }],
    ['edit:a.txt', { kind: 'edit', path: 'a.txt', text: undefined }],
    ['edit:a.txt=two words say:x', { kind: 'edit', path: 'a.txt', text: 'two words' }, say('x')],
    ['edit:"a b.txt"="x=1" fail:500 twice', { kind: 'edit', path: 'a b.txt', text: 'x=1' }, fail('500')],
    [`tool:mcp__a/b='{"c":1}' say:x`, { kind: 'tool', name: 'mcp__a/b', input: '{"c":1}' }, say('x')],
  ];
  for (const [prompt, ...steps] of cases) {
    it(`of ${JSON.stringify(prompt)} are ${steps.map(({ kind }) => kind).join(', ') || 'none'}`, () => {
      assert.deepEqual(parseDirectives(prompt), steps);
    });
  }
});

function say(text: string): Step {
  return { kind: 'say', text };
}

function reason(seconds: number): Step {
  return { kind: 'reason', seconds };
}

function fail(reasonOfFailure: string): Step {
  return { kind: 'fail', reason: reasonOfFailure };
}
