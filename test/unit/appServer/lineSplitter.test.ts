import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { LineSplitter } from '../../../src/appServer/lineSplitter';

describe('LineSplitter', () => {
  it('finds the same lines however the stream is cut into chunks', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ü', '🚀', '\r', '\u2028', '"'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(7)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        assert.deepEqual(split(chunked(bytes, cuts), 1000), lines);
      }),
    );
  });

  it('takes what is left at the end of the stream for a line', () => {
    assert.deepEqual(split([Buffer.from('one\ntw'), Buffer.from('o')], 1000), ['one', 'two']);
  });

  it('drops a line over the limit, says how long it was, and goes on with the next', () => {
    const chunks = ['fits\n', '1234', '56789', '0\nfits', ' too', '\n'].map((text) => Buffer.from(text));
    assert.deepEqual(split(chunks, 8), ['fits', '(10 bytes)', 'fits too']);
  });
});

function split(chunks: readonly Buffer[], limit: number): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(limit, {
    onLine: (line) => lines.push(line.toString()),
    onOverlongLine: (bytes) => lines.push(`(${bytes} bytes)`),
  });
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

/** Cuts the bytes after the given lengths; the rest is the last chunk. */
function chunked(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  for (const length of lengths) {
    chunks.push(bytes.subarray(start, start + length));
    start += length;
  }
  return [...chunks, bytes.subarray(start)];
}
