import assert from 'node:assert/strict';
import { cutAtWord, multiLine, singleLine, titleOf } from '../../../src/threads/threadTitle';

describe('the title of a thread', () => {
  it('is the first line of the prompt that says something', () => {
    assert.equal(titleOf('\n  \n  Fix the login\nand more', 'x'), 'Fix the login');
  });

  it('is cut at a word, with an ellipsis', () => {
    const title = titleOf('Add input validation to every form of the application and test it well', 'x');
    assert.equal(title, 'Add input validation to every…');
  });

  it('cuts a word that is longer than the title', () => {
    assert.equal(cutAtWord('a'.repeat(100), 10), `${'a'.repeat(10)}…`);
  });

  it('has one ellipsis where what is cut had been cut before', () => {
    assert.equal(cutAtWord('Add input… to every form', 12), 'Add input…');
  });

  it('never cuts an emoji in half', () => {
    assert.equal(cutAtWord('😀'.repeat(20), 3), '😀😀😀…');
  });

  it('falls back where there is no prompt', () => {
    assert.equal(titleOf(undefined, 'Thread a1b2c3d4'), 'Thread a1b2c3d4');
    assert.equal(titleOf(' \n\t ', 'Thread a1b2c3d4'), 'Thread a1b2c3d4');
  });

  it('removes what could disguise a row: escapes and marks that turn the direction of text', () => {
    assert.equal(singleLine('rm\u001b[2K -rf\u202e /\u0007'), 'rm [2K -rf /');
  });

  const invisible: Record<string, string> = {
    'a zero-width space': '\u200b',
    'a zero-width non-joiner': '\u200c',
    'a zero-width joiner': '\u200d',
    'a left-to-right mark': '\u200e',
    'a right-to-left mark': '\u200f',
    'an Arabic letter mark': '\u061c',
    'a right-to-left override': '\u202e',
    'a right-to-left isolate': '\u2067',
    'a word joiner': '\u2060',
    'an invisible plus': '\u2064',
    'a byte order mark': '\ufeff',
    'a soft hyphen': '\u00ad',
    'an annotation anchor': '\ufff9',
    'a Mongolian vowel separator': '\u180e',
    'a Hangul filler': '\u3164',
    'a variation selector': '\ufe0f',
    'a tag': '\u{e0072}',
    'the language tag': '\u{e0001}',
    'a variation selector of the second kind': '\u{e0100}',
  };
  for (const [name, character] of Object.entries(invisible)) {
    it(`removes ${name}`, () => {
      assert.equal(singleLine(`rm${character} -r${character}f${character}`), 'rm -rf');
    });
  }

  it('takes a line of nothing but invisible characters for an empty one', () => {
    assert.equal(titleOf('\u200b\u3164 \u2060\nFix it', 'x'), 'Fix it');
  });

  it('keeps emoji whole, also those that are joined of several', () => {
    const emoji = '👩‍💻 🏳️‍🌈 ❤️‍🔥 👨🏽‍🚀 🧑🏻‍🤝‍🧑🏿 👁️‍🗨️ ❤️ ☎︎ 1️⃣ 🇩🇪';
    assert.equal(singleLine(emoji), emoji);
  });

  it('removes a joiner that joins no emoji, also at the end of one', () => {
    assert.equal(singleLine('👩\u200d rm\u200d'), '👩 rm');
    assert.equal(singleLine('👩\u200d\u200d💻'), '👩💻');
  });

  it('hides no text in the tags of a flag', () => {
    assert.equal(singleLine('🏴\u{e0067}\u{e0062}\u{e007f} flag'), '🏴 flag');
  });

  it('keeps format characters that can be seen, and other scripts', () => {
    for (const text of ['\u0600١٢', 'ܐ\u070f', 'می خواهم', 'नमस्ते', '日本語', 'é e\u0301'])
      assert.equal(singleLine(text), text);
  });

  it('makes one blank of control characters and line separators', () => {
    assert.equal(singleLine('a\u0000\u2028\u0085\r\nb'), 'a b');
  });
});

describe('text of several lines', () => {
  it('keeps its line breaks and tabs', () => {
    assert.equal(multiLine('cat <<X\r\n\ta\n\nX\n'), 'cat <<X\n\ta\n\nX\n');
    assert.equal(multiLine('👩\u200d💻 ok'), '👩\u200d💻 ok');
  });

  it('loses what would disguise it, and nothing that a shell would read', () => {
    assert.equal(multiLine('ls\u001b]0;rm -rf /\u0007\rx\b'), 'ls]0;rm -rf /x');
    assert.equal(multiLine('a\u009b2Kb\u202ec\u2066d\u200be\ufefff\u0000'), 'a2Kbcdef');
    assert.equal(multiLine('a\u2028b\u0085c'), 'a bc');
  });
});
