import assert from 'node:assert/strict';
import { cutAtWord, singleLine, titleOf } from '../../../src/threads/threadTitle';

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
});
