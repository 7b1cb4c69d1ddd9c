import assert from 'node:assert/strict';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { applyHunks, parseHunks, reverseHunks } from '../../../../src/threads/changes/hunks';
import { mergeLines } from '../../../../src/threads/changes/mergeLines';
import { countLines } from '../../../../src/base/lineCounts';
import { splitLines } from '../../../../src/threads/changes/lines';
import { diffOf, edited, text } from './randomEdits';

async function apply(source: string, diff: string): Promise<string | undefined> {
  const hunks = await parseHunks(diff);
  return hunks === undefined ? undefined : applyHunks(source, hunks);
}

async function takeBack(source: string, diff: string): Promise<string | undefined> {
  const hunks = await parseHunks(diff);
  return hunks === undefined ? undefined : applyHunks(source, reverseHunks(hunks));
}

describe('the hunks of an edit', () => {
  it('give the text after it, and taken back the text before it', async () => {
    await fc.assert(
      fc.asyncProperty(edited, async ([before, after]) => {
        const diff = diffOf(before, after);
        assert.equal(await apply(before, diff), after);
        assert.equal(await takeBack(after, diff), before);
        assert.equal(applyPatch(before, diff, { autoConvertLineEndings: false }), after, 'jsdiff agrees');
      }),
      { numRuns: 500 },
    );
  });

  it('taken back in turn give every text that there was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 2, maxLength: 5 }), async (texts) => {
        let current = texts.at(-1) ?? '';
        for (let i = texts.length - 1; i > 0; i--) {
          const [before, after] = [texts[i - 1] ?? '', texts[i] ?? ''];
          current = (await takeBack(current, diffOf(before, after))) ?? assert.fail('does not fit');
          assert.equal(current, before);
        }
      }),
    );
  });

  it('that fit a text which they were not made for can be taken back from it', async () => {
    await fc.assert(
      fc.asyncProperty(edited, text, async ([before, after], other) => {
        const diff = diffOf(before, after);
        const result = await apply(other, diff);
        if (result === undefined) return;
        assert.equal(await takeBack(result, diff).then((back) => back ?? other), other);
      }),
    );
  });

  const wire = [
    [
      'CRLF',
      '@@ -3,3 +3,3 @@\n c\r\n-d\r\n+D\r\n e\r\n',
      'a\r\nb\r\nc\r\nD\r\ne\r\n',
      'a\r\nb\r\nc\r\nd\r\ne\r\n',
    ],
    [
      'a line end that was added to the last line',
      '@@ -2,2 +2,2 @@\n two\n-three\n\\ No newline at end of file\n+THREE\n',
      'one\ntwo\nTHREE\n',
      'one\ntwo\nthree',
    ],
    ['an empty file that was filled', '@@ -0,0 +1 @@\n+filled\n', 'filled\n', ''],
    ['a file that was emptied', '@@ -1 +0,0 @@\n-new content\n', '', 'new content\n'],
    [
      'lines that look like a diff',
      '@@ -1,4 +1,5 @@\n @@ -1 +1 @@\n--- dash\n+--- dashed\n ++ plus\n+@@ -9,9 +9,9 @@\n \\ No newline\n',
      '@@ -1 +1 @@\n--- dashed\n++ plus\n@@ -9,9 +9,9 @@\n\\ No newline\nend\n',
      '@@ -1 +1 @@\n-- dash\n++ plus\n\\ No newline\nend\n',
    ],
    [
      'a move with an edit',
      '@@ -1,3 +1,3 @@\n move1\n-move2\n+MOVE2\n move3\n\n\nMoved to: /ws/sub/new.txt',
      'move1\nMOVE2\nmove3\n',
      'move1\nmove2\nmove3\n',
    ],
    ['a mere move', '\n\nMoved to: /ws/sub/new.txt', 'as it is\n', 'as it is\n'],
  ] as const;
  for (const [what, diff, after, before] of wire) {
    it(`are understood as codex 0.169 sends them: ${what}`, async () => {
      assert.equal(await takeBack(after, diff), before);
      assert.equal(await apply(before, diff), after);
    });
  }

  it('are found where lines above them were added since, and where there is no doubt', async () => {
    const diff = '@@ -2,3 +2,3 @@\n a\n-b\n+B\n c\n';
    assert.equal(await takeBack('new\nnew\n0\na\nB\nc\n', diff), 'new\nnew\n0\na\nb\nc\n');
    assert.equal(
      await takeBack('0\na\nB\nc\n0\na\nB\nc\n', diff),
      '0\na\nb\nc\n0\na\nB\nc\n',
      'at its place',
    );
    assert.equal(await takeBack('new\n0\na\nB\nc\na\nB\nc\n', diff), undefined, 'at two other places');
    assert.equal(await takeBack('0\na\nB!\nc\n', diff), undefined);
    assert.equal(await takeBack('0\r\na\r\nB\r\nc\r\n', diff), undefined, 'other line ends');
  });

  it('do not take the end of a file for a line in its middle', async () => {
    const diff = '@@ -2,2 +2,2 @@\n two\n-three\n\\ No newline at end of file\n+THREE\n';
    assert.equal(await takeBack('one\ntwo\nTHREE\nfour\n', diff), undefined);
    assert.equal(await takeBack('one\ntwo\nTHREE', diff), undefined);
  });

  const hostile = [
    'hello',
    '@@ nonsense',
    '@@ -1,3 +1 @@\n-a\n+b',
    '@@ -1 +1 @@\n-a\n+b\nrubbish\n',
    '@@ -1 +1 @@\n-a\n+b\n--- x\n+++ y\n@@ -1 +1 @@\n-c\n+d\n',
    '@@ -99999999999999999999,1 +1 @@\n-a\n+b\n-c\n',
    'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
    '@@ -1,1000000000 +1 @@\n-a\n',
  ];
  for (const diff of hostile) {
    it(`are none where the text is something else: ${JSON.stringify(diff)}`, async () => {
      assert.equal(await apply('a\n', diff), undefined);
    });
  }

  it('of 10 MB are applied in a moment', async () => {
    const before = Array.from({ length: 200_000 }, (_, i) => `${i} ${'x'.repeat(45)}\n`);
    const after = before.map((each, i) => (i % 2 === 0 ? each : `!${each}`));
    const lines = before.flatMap((each, i) =>
      each === after[i] ? [` ${each}`] : [`-${each}`, `+${after[i] ?? ''}`],
    );
    const diff = `@@ -1,200000 +1,200000 @@\n${lines.join('')}`;
    const start = performance.now();
    assert.equal(await takeBack(after.join(''), diff), before.join(''));
    assert.ok(performance.now() - start < 5_000, `${performance.now() - start} ms`);
  });
});

describe('the lines of a text', () => {
  it('are all of it, and can be counted', () => {
    fc.assert(
      fc.property(text, (each) => {
        assert.equal(splitLines(each).join(''), each);
        assert.equal(countLines(each), splitLines(each).length);
      }),
    );
  });
});

describe('two changes of one text', () => {
  it('come together where they concern different lines', async () => {
    const base = 'a\nb\nc\nd\ne\nf\n';
    assert.equal(await mergeLines(base, 'A\nb\nc\nd\ne\nf\n', 'a\nb\nc\nd\nE\nf\n'), 'A\nb\nc\nd\nE\nf\n');
    assert.equal(await mergeLines(base, 'new\na\nb\nc\nd\ne\nf\n', 'a\nb\nc\ne\nf'), 'new\na\nb\nc\ne\nf');
  });

  it('do not where they concern the same or touching lines', async () => {
    const base = 'a\nb\nc\nd\n';
    assert.equal(await mergeLines(base, 'a\nB\nc\nd\n', 'a\nX\nc\nd\n'), undefined);
    assert.equal(await mergeLines(base, 'a\nB\nc\nd\n', 'a\nb\nC\nd\n'), undefined);
  });

  it('are never half of one', async () => {
    await fc.assert(
      fc.asyncProperty(edited, text, async ([base, one], other) => {
        assert.equal(await mergeLines(base, one, base), one);
        assert.equal(await mergeLines(base, base, other), other);
        const [merged, turned] = [await mergeLines(base, one, other), await mergeLines(base, other, one)];
        assert.equal(merged, turned);
      }),
    );
  });
});
