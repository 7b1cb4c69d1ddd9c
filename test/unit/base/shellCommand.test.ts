import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { commandInShell } from '../../../src/base/shellCommand';

describe('a command without the shell that codex hands it to', () => {
  it('is what the model wrote, however codex quotes it', () => {
    for (const [whole, inner] of [
      [`/bin/bash -lc ls`, 'ls'],
      [`/bin/bash -lc 'echo "a b"'`, 'echo "a b"'],
      [`bash -c "echo 'a b'"`, "echo 'a b'"],
      [`/usr/bin/zsh -lc "echo 'a' \\"b "'$HOME"'`, `echo 'a' "b $HOME"`],
      [`/bin/sh -c "echo 'a' \\\\\\"x\\\\\\" "'!b ''^c'`, `echo 'a' \\"x\\" !b ^c`],
      [`/bin/bash -lc "echo 'it' "'\`date\`'`, "echo 'it' `date`"],
      [`/bin/bash -lc 'one\ntwo'`, 'one\ntwo'],
    ] as const) {
      assert.equal(commandInShell(whole), inner);
      // What the shell itself makes of the same word.
      const word = whole.slice(whole.indexOf('c ') + 2);
      assert.equal(execFileSync('/bin/bash', ['-c', `printf %s ${word}`], { encoding: 'utf8' }), inner);
    }
  });

  it('stays as it is where that is not certain', () => {
    for (const command of [
      'npm test',
      '/bin/bash',
      '/bin/bash script.sh',
      '/bin/bash -lc ',
      `/bin/bash -lc ''`,
      `/bin/bash -lc 'ls' other`,
      `/bin/bash -lc 'ls'; rm -rf x`,
      `/bin/bash -lc 'ls`,
      `/bin/bash -lc "ls`,
      `/bin/bash -lc "echo $HOME"`,
      '/bin/bash -lc "echo `id`"',
      `/bin/bash -lc $(id)`,
      `/bin/bash -lc a*`,
      `/bin/bash -lxc 'ls'`,
      `/w/bin/bash -lc 'ls'`,
      `./sh -c 'ls'`,
      `python -c 'x'`,
      `/bin/bash -lc '${'x'.repeat(100_000)}'`,
    ]) {
      assert.equal(commandInShell(command), command);
    }
  });
});
