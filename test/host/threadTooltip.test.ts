import assert from 'node:assert/strict';
import { tooltip } from '../../src/views/threadTooltip';
import { sampleThread } from '../support/sampleThread';

const NOW = Date.now();

const THREAD = sampleThread({
  shortId: 'a1b2c3d4',
  status: 'completed',
  cwd: '/w',
  model: 'gpt',
  createdAt: NOW,
  updatedAt: NOW,
});

const HOSTILE = [
  '[click](command:evil)',
  '[click][ref]\n\n[ref]: https://evil.example',
  '<https://evil.example> https://evil.example www.evil.example me@evil.example',
  '![image](https://evil.example/pixel.png)',
  '<b onclick="x">bold</b> <img src=x> &lt;b&gt; &#36;(bug)',
  '$(bug) \\$(bug) \\\\$(bug) $(loading~spin) $\u200b(bug) $\u00ad(bug)',
  '# heading\nheading\n=======\nheading\n---',
  '- list\n* list\n+ list\n1. list\n1) list\n- [ ] task',
  '```sh\ncode\n```\n~~~\ncode\n~~~\n    code\n`code`',
  '| a | b |\n|---|---|\n| c | d |',
  '> quote',
  '**bold** __bold__ *slanted* _slanted_ ~~struck~~ \\**bold*\\*',
];

/** What is left of Markdown when everything that is escaped has gone. */
function unescaped(markdown: string): string {
  return markdown.replace(/\\[!-/:-@[-`{-~]|&#36;/g, '');
}

/** The text that a reader of such Markdown sees. */
function readable(markdown: string): string {
  return markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1').replaceAll('&#36;', '$');
}

describe('the tooltip of a thread', () => {
  it('is trusted with nothing and shows no HTML, but has icons', () => {
    const { isTrusted, supportHtml, supportThemeIcons, value } = tooltip(THREAD, NOW);
    assert.deepEqual([isTrusted ?? false, supportHtml ?? false, supportThemeIcons], [false, false, true]);
    assert.ok(value.includes('\n$(folder) '), value);
  });

  for (const text of HOSTILE) {
    it(`shows as text, in every field: ${JSON.stringify(text)}`, () => {
      const before = unescaped(
        tooltip({ ...THREAD, prompt: 'P', reason: 'R', cwd: 'C', model: 'M' }, NOW).value,
      );
      const { value } = tooltip({ ...THREAD, prompt: text, reason: text, cwd: text, model: text }, NOW);
      // Nothing that could mean something is there besides what the tooltip of every thread has.
      const signs = (markdown: string): string => unescaped(markdown).replace(/[^!-/:-@[-`{-~]/g, '');
      assert.equal(signs(value), before.replace(/[^!-/:-@[-`{-~]/g, ''), value);
      // Icons are looked for when the backslashes have gone, and character references have not.
      const icons = (markdown: string): string[] =>
        markdown.replace(/\\([!-/:-@[-`{-~])/g, '$1').match(/\$\([\w~-]+\)/g) ?? [];
      assert.deepEqual(icons(value), ['$(watch)', '$(folder)', '$(symbol-misc)', '$(key)']);
      // No line begins with blanks, which would make it code.
      assert.doesNotMatch(value, /^[ \t]+/m);
    });
  }

  it('keeps the words and lines of a prompt, with blanks at which a long one can wrap', () => {
    const { value } = tooltip({ ...THREAD, prompt: 'Fix the *login* form,\nthen\n\n  test it: a < b' }, NOW);
    assert.ok(readable(value).includes('\n\nFix the *login* form,  \nthen  \ntest it: a < b\n\n'), value);
    assert.ok(!value.includes('&nbsp;') && !value.includes('\u00a0'), value);
  });

  it('holds no invisible characters', () => {
    const { value } = tooltip({ ...THREAD, prompt: 'rm\u202e -rf\u200b /\u0007' }, NOW);
    assert.ok(readable(value).includes('\n\nrm -rf /\n\n'), value);
  });

  it('says who runs it, since when, and what it waits for', () => {
    const pendingApproval = {
      id: '1',
      kind: 'command' as const,
      summary: 'wants to run $(bug)',
      reason: undefined,
      decisions: [],
    };
    const running = { status: 'needsYou', owner: 'thisWindow', ownerPid: 7 } as const;
    const { value } = tooltip({ ...THREAD, ...running, pendingApproval, turnStartedAt: NOW - 5_000 }, NOW);
    assert.match(readable(value), /^\*\*Waiting for you\*\*\n/);
    assert.match(value, /^\$\(bell-dot\) wants to run &#36;\\\(bug\\\)$/m);
    assert.match(readable(value), /^\$\(watch\) Turn began .*, 5s ago {2}$/m);
    assert.match(readable(value), /^\$\(account\) Runs in this window, process 7 {2}$/m);
  });

  it('shows the whole command that waits for leave as code, whatever stands in it', () => {
    const command = 'echo $(bug) \\$(bug)\n```\n[a](command:b)\n````';
    const pendingApproval = {
      ...({ id: '1', kind: 'command', summary: 'wants to run it' } as const),
      ...{ reason: 'Why *not*', command, cwd: '/w/b' },
      decisions: [],
    };
    const { value } = tooltip({ ...THREAD, status: 'needsYou', pendingApproval }, NOW);
    const shown = command.replaceAll('$(', '$\u2060(');
    assert.ok(value.includes(`\n\n\`\`\`\`\`sh\n${shown}\n\`\`\`\`\`\n\n`), value);
    assert.ok(readable(value).includes('\n$(terminal) /w/b  \n$(comment) Why *not*\n'), value);
  });
});
