import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { isWebLink, openFile } from '../../src/views/transcriptLinks';
import { eventually } from '../support/eventually';

describe('a link in a transcript', function () {
  this.timeout(60_000);
  let scratch: string;
  let cwd: string;

  before(async () => {
    scratch = await realpath(await mkdtemp(join(tmpdir(), 'transcript-links-')));
    cwd = join(scratch, 'api');
    await mkdir(join(cwd, 'src'), { recursive: true });
    await writeFile(join(cwd, 'src', 'a.ts'), 'one\ntwo\nthree\n');
    await writeFile(join(scratch, 'secret.txt'), 'secret\n');
    await symlink(join(scratch, 'secret.txt'), join(cwd, 'innocent.txt'));
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('notifications.clearAll');
  });
  after(() => rm(scratch, { recursive: true }));

  const opens = (path: string, line: number): Promise<unknown> =>
    eventually(
      () => vscode.window.activeTextEditor,
      (editor) => {
        assert.equal(editor?.document.uri.fsPath, path);
        assert.equal(editor.selection.active.line, line);
      },
    );

  it('is one of the web or a mail address, and nothing else', () => {
    for (const href of ['https://a.example/b?c#d', 'HTTP://a.example', 'mailto:a@b.example']) {
      assert.ok(isWebLink(href), href);
    }
    for (const href of [
      ...['command:workbench.action.quit', 'file:///etc/passwd', 'javascript:alert(1)', 'vscode://x/y'],
      ...['vscode-remote://a/b', 'data:text/html,x', '/etc/passwd', 'a.ts', '//a.example', ''],
      ...['https://evil.example%2Fx@good.example/login', 'https://:secret@a.example'],
    ]) {
      assert.ok(!isWebLink(href), href);
    }
  });

  it('to a file opens it at its line, also one beyond the end', async () => {
    await openFile('src/a.ts', 2, cwd);
    await opens(join(cwd, 'src', 'a.ts'), 1);
    await openFile(join(cwd, 'src', 'a.ts'), 9_000_000_000, cwd);
    await opens(join(cwd, 'src', 'a.ts'), 3);
  });

  it('to what is no file says so', async () => {
    await assert.rejects(openFile('src/b.ts', undefined, cwd), /There is no file/);
    await assert.rejects(openFile('src', undefined, cwd), /is no file/);
    await assert.rejects(openFile('a.ts', undefined, undefined), /in which folder/);
  });

  for (const path of ['../secret.txt', 'innocent.txt', '//etc/passwd']) {
    it(`to ${path}, outside of the folder, opens nothing that nobody has agreed to`, async () => {
      const isOpened = openFile(path, undefined, cwd).then(() => true);
      // The question stays on the screen: there is no event for that nothing happens.
      assert.equal(await Promise.race([isOpened, delay(500, false)]), false);
      assert.equal(vscode.window.activeTextEditor, undefined);
    });
  }
});
