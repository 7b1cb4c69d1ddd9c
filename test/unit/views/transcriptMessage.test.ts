import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { parsePageMessage } from '../../../src/views/transcriptMessage';

describe('a message of the page of a transcript', () => {
  it('is taken when it is one that the page may send, without what else is in it', () => {
    const asked = { type: 'openFile', path: 'src/a.ts', line: 3, href: 'command:evil', __proto__: { x: 1 } };
    assert.deepEqual(parsePageMessage(asked), { type: 'openFile', path: 'src/a.ts', line: 3 });
    assert.deepEqual(parsePageMessage({ type: 'ready', turnId: 't' }), { type: 'ready' });
    const changes = { type: 'openChanges', turnId: 't' };
    assert.deepEqual(parsePageMessage(changes), { ...changes, path: undefined });
    const answer = { type: 'answer', approvalId: 'a', decision: 'accept' };
    assert.deepEqual(parsePageMessage(answer), answer);
    assert.deepEqual(parsePageMessage({ type: 'send', text: '' }), { type: 'send', text: '' });
  });

  for (const value of [
    undefined,
    null,
    'ready',
    ['ready'],
    {},
    { type: 'evil' },
    { type: '__proto__' },
    { type: { toString: () => 'ready' } },
    { type: 'send' },
    { type: 'send', text: { length: 3 } },
    { type: 'copy', text: 1 },
    { type: 'loadItems', turnId: ['t'] },
    { type: 'loadItems', turnId: '' },
    { type: 'loadOutput', turnId: 't' },
    { type: 'loadOutput', turnId: 't', itemId: 'x'.repeat(10_000) },
    { type: 'answer', approvalId: 'a', decision: true },
    { type: 'openLink', href: null },
    { type: 'openFile', path: 'a\0b' },
    { type: 'openFile', path: 3 },
    { type: 'openChanges', turnId: 't', path: 3 },
    { type: 'openChanges', path: 'a' },
  ]) {
    it(`is nothing when it is ${inspect(value).slice(0, 60)}`, () => {
      assert.equal(parsePageMessage(value), undefined);
    });
  }

  it('opens a file at its begin when the line is none', () => {
    for (const line of [0, -1, 1.5, NaN, Infinity, 2 ** 60, '3', null]) {
      assert.deepEqual(parsePageMessage({ type: 'openFile', path: 'a', line }), {
        type: 'openFile',
        path: 'a',
        line: undefined,
      });
    }
  });
});
