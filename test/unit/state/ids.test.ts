import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSafeId, newRunId, newShortId, requireSafeId } from '../../../src/state/ids';

describe('ids', () => {
  it('accepts the ids of the CLI and of codex', () => {
    for (const id of ['fe61aca1', '01a202fc-15c7-7880-9341-97614e04765e', 'run-mwrqy54s-488d6f', 'call_18']) {
      assert.ok(isSafeId(id), id);
    }
  });

  it('refuses paths, devices, prototype keys, too much, too little and what is no text', () => {
    const bad = ['', '.', '..', '../../x', 'a/b', 'a\\b', 'a b', 'a\n', 'a\0', 'é', 'a'.repeat(129), 'con'];
    const worse = [
      'NUL',
      'Com1',
      'lpt9',
      '__proto__',
      'constructor',
      'prototype',
      7,
      null,
      undefined,
      {},
      [],
    ];
    for (const id of [...bad, ...worse]) assert.equal(isSafeId(id), false, JSON.stringify(id));
    assert.throws(() => requireSafeId('../x'));
  });

  it('accepts nothing that would leave a folder', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !isSafeId(text) || /^[\w-]+$/.test(text)));
  });

  it('draws short ids until one is free', () => {
    const drawn: string[] = [];
    const id = newShortId((candidate) => drawn.push(candidate) < 3);
    assert.match(id, /^[0-9a-f]{8}$/);
    assert.equal(id, drawn[2]);
  });

  it('makes run ids that sort by time', () => {
    const early = newRunId(new Date('2026-11-22T11:21:05.683Z'));
    assert.match(early, /^run-[0-9a-z]{8}-[0-9a-f]{6}$/);
    assert.ok(early < newRunId(new Date('2026-11-22T11:21:05.684Z')));
  });
});
