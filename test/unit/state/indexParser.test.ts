import assert from 'node:assert/strict';
import fc from 'fast-check';
import { IndexParser } from '../../../src/state/indexParser';
import { parseIndex } from '../../../src/state/threadIndex';
import { entry, indexOf } from './sharedStateHome';

/** Parses every text one after the other, and compares each time with a parse of the whole. */
function assertFollows(texts: readonly string[]): void {
  const parser = new IndexParser(0);
  for (const text of texts) {
    const expected = parseIndex(text);
    const parsed = parser.parse(Buffer.from(text));
    assert.equal(parsed.kind, expected.kind, text);
    if (parsed.kind !== 'ok' || expected.kind !== 'ok') continue;
    assert.deepEqual(sorted(parsed.entries), sorted(expected.entries), text);
  }
}

function sorted<T>(entries: ReadonlyMap<string, T>): [string, T][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('the parser of an index that is read again and again', () => {
  it('hands out the same objects for entries that did not change', () => {
    for (const smallest of [0, Infinity]) {
      const parser = new IndexParser(smallest);
      const texts = [
        indexOf(entry(1), entry(2), entry(3)),
        indexOf(entry(1), entry(2, { model: 'x' }), entry(3)),
        '{"broken',
        indexOf(entry(1), entry(2, { model: 'x' }), entry(3)),
      ];
      const [before, after, broken, again] = texts.map((text) => {
        const parsed = parser.parse(Buffer.from(text));
        return parsed.kind === 'ok' ? [...parsed.entries.values()] : parsed.kind;
      });
      assert(Array.isArray(before) && Array.isArray(after) && Array.isArray(again));
      assert.equal(broken, 'corrupt');
      assert.deepEqual(
        after.map((each, i) => each === before[i]),
        [true, false, true],
      );
      assert.deepEqual(
        again.map((each, i) => each === after[i]),
        [true, true, true],
      );
    }
  });

  it('follows entries that come, change and go at the beginning, in the middle and at the end', () => {
    const [a, b, c, d] = [entry(1), entry(2), entry(3), entry(4)];
    const changed = entry(2, { preview: 'a "quoted" } , { text\\', deep: { list: [1, { x: '}' }] } });
    const lists = [[a, b, c], [b, c], [b], [], [b], [a, b], [a, b, c, d], [a, changed, c, d], [a, changed]];
    assertFollows([...lists, [d, changed], [changed]].map((list) => indexOf(...list)));
  });

  it('takes the last of two members with the same key', () => {
    const [one, two] = [entry(1, { model: 'one' }), entry(1, { model: 'two' })].map((each) =>
      JSON.stringify(each),
    );
    const other = JSON.stringify(entry(2));
    assertFollows([
      `{"a":${one},"b":${other},"a":${two}}`,
      `{"a":${two},"b":${other},"a":${two}}`,
      `{"a":${two},"b":${other},"a":${one}}`,
      `{"x":${two},"b":${other},"a":${one}}`,
      `{"a":${two},"b":${other},"a":${one}}`,
      `{"a":${two},"b":${other}}`,
    ]);
  });

  it('finds every fault that a parse of the whole would find', () => {
    const text = indexOf(entry(1), entry(2), entry(3));
    const faulty = ['{', '}', ',', '"', '[', '\\', 'x'].flatMap((sign) =>
      [1, 60, text.length / 2, text.length - 2].map((at) => text.slice(0, at) + sign + text.slice(at)),
    );
    assertFollows([text, ...faulty.flatMap((each) => [each, text]), `${text}\n`, `\ufeff${text}`, '', '[]']);
  });

  it('ends up with what a parse of the whole gives, whatever the texts', () => {
    const key = fc.constantFrom('a', 'b', 'c', '12345678', '__proto__', 'not safe', 'd"e');
    const text = fc.constantFrom('', 'x', '},{"', '\\', '"', 'ü😀', '\n');
    const value = fc.oneof(
      fc.record({ threadId: fc.constantFrom('t1', 't2', '../t'), preview: text, more: fc.array(text) }),
      fc.constant(null),
    );
    const indent = fc.constantFrom(undefined, 2, '\t');
    const written = fc
      .tuple(fc.array(fc.tuple(key, value), { maxLength: 6 }), indent)
      .map(([members, by]) => {
        const texts = members.map(
          ([name, each]) => `${JSON.stringify(name)}: ${JSON.stringify(each, null, by)}`,
        );
        return `{${texts.join(',\n  ')}}`;
      });
    fc.assert(fc.property(fc.array(written, { minLength: 2, maxLength: 8 }), assertFollows), {
      numRuns: 500,
    });
  });

  it('ends up the same when single characters are changed', () => {
    const base = indexOf(entry(1), entry(2, { preview: 'ü "x", {y}' }), entry(3));
    const edit = fc.tuple(
      fc.nat(base.length),
      fc.nat(4),
      fc.constantFrom('', ',', '"', '{}', '}', ',"k":1', ' ', 'z'),
    );
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), (edits) => {
        let text = base;
        const texts = edits.map(([at, length, sign]) => {
          text = text.slice(0, at) + sign + text.slice(at + length);
          return text;
        });
        assertFollows([base, ...texts, base]);
      }),
      { numRuns: 500 },
    );
  });
});
