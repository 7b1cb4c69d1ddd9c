import assert from 'node:assert/strict';
import { lineCounts } from '../../../src/base/lineCounts';
import { styledTexts } from '../../../src/transcript/text/ansi';
import { count, size } from '../../../src/transcript/text/amounts';
import { diffLines } from '../../../src/transcript/text/diffLines';
import { fileReferenceIn, piecesOf } from '../../../src/transcript/text/fileReference';
import { linkTarget } from '../../../src/transcript/text/linkTarget';
import { outputLines } from '../../../src/transcript/text/outputLines';
import { shownPath } from '../../../src/transcript/text/shownPath';
import { shownCode, shownLine, shownProse } from '../../../src/transcript/text/shownText';

/** What of a text is taken for files: `path` or `path@line`. */
function filesIn(text: string): string[] {
  return piecesOf(text).flatMap(({ file }) =>
    file === undefined ? [] : [file.line === undefined ? file.path : `${file.path}@${file.line}`],
  );
}

describe('what a link may lead to', () => {
  it('is the web, as the browser reads the address', () => {
    assert.deepEqual(linkTarget('https://example.org/a b'), {
      kind: 'url',
      href: 'https://example.org/a%20b',
    });
    assert.deepEqual(linkTarget('HTTP://EXAMPLE.org'), { kind: 'url', href: 'http://example.org/' });
    // The first letter is Cyrillic.
    assert.deepEqual(linkTarget('https://аpple.com'), { kind: 'url', href: 'https://xn--pple-43d.com/' });
    const encoded = 'https://example.org/?redirect_uri=http%3A%2F%2Fa%2Fb';
    assert.deepEqual(linkTarget(encoded), { kind: 'url', href: encoded });
    assert.deepEqual(linkTarget('mailto:a@example.org'), { kind: 'url', href: 'mailto:a@example.org' });
  });

  it('is a file, with its line', () => {
    const file = (path: string, line?: number): unknown => ({ kind: 'file', path, line });
    assert.deepEqual(linkTarget('src/login.ts:12'), file('src/login.ts', 12));
    assert.deepEqual(linkTarget('login.ts:12:3'), file('login.ts', 12));
    assert.deepEqual(linkTarget('/w/a%20b.ts#L12-L20'), file('/w/a b.ts', 12));
    assert.deepEqual(linkTarget('C:\\w\\a.ts:7'), file('C:\\w\\a.ts', 7));
    assert.deepEqual(linkTarget('./README.md#install'), file('./README.md'));
  });

  it('is nothing else', () => {
    for (const href of [
      'javascript:alert(1)',
      ' JaVaScRiPt:alert(1)',
      'java\tscript:alert(1)',
      'java%73cript:alert(1)//a.ts',
      'command:workbench.action.quit',
      'vscode:extension/x',
      'vscode-webview://x',
      'data:text/html,x',
      'file:///etc/passwd',
      'ftp://example.org',
      'blob:x',
      '//evil.example/x',
      '\\\\evil.example\\share',
      '%2f%2fevil.example/x',
      '/\\evil.example',
      'https://',
      'https://a\u202eb',
      'https://good.example@evil.example/',
      'https://evil.example%2Fx@good.example/login',
      'https://:secret@a.example',
      '#top',
      '',
      '%E0%A4%A',
    ]) {
      assert.equal(linkTarget(href), undefined, href);
    }
  });
});

describe('files named in prose', () => {
  it('are paths with a folder or a line', () => {
    assert.deepEqual(filesIn('See src/login.ts:12, ./a/b.test.tsx and login.ts:3.'), [
      'src/login.ts@12',
      './a/b.test.tsx',
      'login.ts@3',
    ]);
    assert.deepEqual(filesIn('(/w/api/src/x.rs#L4) ~/.zshrc.sh:1:2'), ['/w/api/src/x.rs@4', '~/.zshrc.sh@1']);
    assert.deepEqual(filesIn('C:\\w\\a.ts:7 src\\b.ts'), ['C:\\w\\a.ts@7', 'src\\b.ts']);
  });

  it('are not words that look a little like them', () => {
    for (const text of [
      'Node.js',
      'and/or',
      'e.g. this',
      '1.5/2.0',
      'v1.2.3',
      'example.com/a.html',
      'a@b.org',
      '12:30',
    ]) {
      assert.deepEqual(filesIn(text), [], text);
    }
  });

  it('leave the text as it was', () => {
    for (const text of ['', 'a src/login.ts:12 b', 'src/a.ts', '/x.y.z/ é 𝒳 a/b.c']) {
      assert.equal(
        piecesOf(text)
          .map((piece) => piece.text)
          .join(''),
        text,
      );
    }
  });

  it('take no time to find in what was made to take some', () => {
    const start = performance.now();
    for (const text of [
      'a/'.repeat(9_000),
      'a.'.repeat(9_000),
      'a-'.repeat(9_000),
      'a.b/'.repeat(4_500),
      ':1'.repeat(9_000),
    ]) {
      piecesOf(text);
      piecesOf(`${text} x.ts`);
    }
    assert.ok(performance.now() - start < 1_000);
  });

  it('are all of an inline code, or nothing', () => {
    assert.deepEqual(fileReferenceIn('src/login.ts:12'), { path: 'src/login.ts', line: 12 });
    assert.equal(fileReferenceIn('cat src/login.ts'), undefined);
    assert.equal(fileReferenceIn('user.name'), undefined);
  });
});

describe('the text of what others wrote', () => {
  it('loses what would disguise it', () => {
    assert.equal(shownProse('a\u202eb\u0000c\ud800d\ne\tf'), 'abc\ufffdd\ne\tf');
    assert.equal(shownCode('rm\u202e x\u200b\u0007y'), 'rm⟨U+202E⟩ x⟨U+200B⟩y');
    assert.equal(shownLine('a\n\n b\tc '), 'a b c');
  });

  it('keeps the words of other languages, and emoji', () => {
    for (const text of ['naïve 日本語 שלום', '👩‍💻 ❤️']) {
      assert.equal(shownProse(text), text);
      assert.equal(shownCode(text), text);
    }
  });

  it('shows a path by its name, within the folder of the thread', () => {
    assert.deepEqual(shownPath('/w/api/src/login.ts', '/w/api'), { name: 'login.ts', folder: 'src' });
    assert.deepEqual(shownPath('/w/api2/a.ts', '/w/api'), { name: 'a.ts', folder: '/w/api2' });
    assert.deepEqual(shownPath('a.ts', undefined), { name: 'a.ts', folder: '' });
    assert.deepEqual(shownPath('C:\\w\\a.ts', 'C:\\w'), { name: 'a.ts', folder: '' });
  });

  it('has amounts that one can read', () => {
    assert.deepEqual([999, 16_384, 1_234_567].map(size), ['999 B', '16 kB', '1.2 MB']);
    assert.deepEqual([980, 12_400, 123_456, 999_999, 1_234_567].map(count), [
      '980',
      '12.4k',
      '123k',
      '1.0M',
      '1.2M',
    ]);
  });
});

describe('the output of a command', () => {
  it('has the colours of its escape sequences, and none of the sequences', () => {
    const texts = styledTexts(
      '\u001b]0;title\u0007a\u001b[1;31mb\u001b[38;5;200mc\u001b[0md\u001b[2J\u001b[?25le\u001b(Bf',
    );
    assert.deepEqual(
      texts.map(({ text, style }) => [text, style.colour, style.isBold]),
      [
        ['a', undefined, false],
        ['b', 1, true],
        ['c', 1, true],
        ['d', undefined, false],
        ['e', undefined, false],
        ['f', undefined, false],
      ],
    );
  });

  it('shows a progress bar as it stood at last', () => {
    assert.equal(outputLines('10%\r50%\r100%\r\ndone\r\nx\r'), '100%\ndone\nx');
  });

  it('has no line that is too long to draw', () => {
    const lines = outputLines(`a\n${'x'.repeat(10_000_000)}\nb`);
    assert.ok(lines.length < 5_000);
    assert.match(lines, /^a\nx+ … 10\.0 MB left out … x+\nb$/);
  });
});

describe('the lines of a change', () => {
  it('are those of the hunks, with their numbers', () => {
    const diff = '--- a/x\n+++ b/x\n@@ -3,3 +3,4 @@ fn\n a\n-b\n+c\n+d\n\\ No newline at end of file\n';
    assert.deepEqual(
      diffLines({ kind: 'update', diff }).map(({ kind, number, text }) => `${kind} ${number ?? ''} ${text}`),
      ['hunk  fn', 'context 3 a', 'removed 4 b', 'added 4 c', 'added 5 d'],
    );
    assert.deepEqual(lineCounts({ kind: 'update', diff }), { added: 2, removed: 1 });
  });

  it('are the whole content of a file that comes or goes', () => {
    assert.deepEqual(lineCounts({ kind: 'add', diff: 'one\ntwo\n' }), { added: 2, removed: 0 });
    assert.deepEqual(lineCounts({ kind: 'delete', diff: 'one\ntwo' }), { added: 0, removed: 2 });
    assert.deepEqual(lineCounts({ kind: 'add', diff: '' }), { added: 0, removed: 0 });
  });
});
