import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { silentLog } from '../../src/base/log';
import { Emitter } from '../../src/base/event';
import type { EventClaims } from '../../src/threads/eventClaims';
import { filedApproval } from '../../src/threads/filedApproval';
import { ThreadStore } from '../../src/threads/threadStore';
import { AskNotifications } from '../../src/views/askNotifications';
import { sampleThread } from '../support/sampleThread';
import { Overheard } from './overheard';

describe('the notification that codex wants to run a command', () => {
  let heard: Overheard;
  let threads: ThreadStore;
  let notifications: AskNotifications;

  beforeEach(() => {
    heard = new Overheard(vscode);
    threads = new ThreadStore();
    const questions = { pending: () => [], onDidChange: new Emitter<void>().event };
    const claims = { claim: () => Promise.resolve(true) } as unknown as EventClaims;
    notifications = new AskNotifications(threads, questions, claims, silentLog);
  });
  afterEach(() => {
    notifications.dispose();
    heard.dispose();
    threads.dispose();
  });

  const ask = (command: string, cwd: string): void => {
    const request = {
      type: 'commandExecution',
      id: 'q',
      threadId: 'a',
      command,
      cwd,
      requestedAt: 1,
    } as const;
    const pendingApproval = filedApproval({
      ...{ ...request, turnId: undefined, grantRoot: undefined, reason: undefined },
      ...{ workspaceDir: undefined, isAnswered: false, note: undefined },
    });
    const thread = sampleThread({ id: 'a', owner: 'cli', status: 'needsYou', cwd: '/w', pendingApproval });
    threads.update([['a', thread]]);
  };

  it('names it without the shell around it', async () => {
    ask(`/bin/bash -lc 'npm test'`, '/w/');
    const { text, buttons } = await heard.message(/^Codex/);
    assert.equal(text, 'Codex (Task a) wants to run npm test.');
    assert.equal(buttons.at(-1), 'Show');
  });

  it('names the folder where that is not the one of the thread', async () => {
    ask('npm test', '/w/sub');
    assert.equal((await heard.message(/^Codex/)).text, 'Codex (Task a) in /w/sub wants to run npm test.');
  });

  it('has one of several lines read as it is', async () => {
    ask(`/bin/bash -lc 'npm test # all\nrm -rf build\n'`, '/w');
    const { text, buttons, click } = await heard.message(/^Codex/);
    assert.equal(text, 'Codex (Task a) asks for your approval.');
    assert.deepEqual(buttons, ['Read…', 'Show']);
    click('Read…');
    const inFull = await heard.message(/^wants to run|^Codex/);
    assert.equal(inFull.text, 'Codex (Task a) asks for your approval.');
    assert.equal(inFull.buttons[0], 'Approve');
  });

  it('does so with one line that ends as lines do', async () => {
    ask('npm test\n', '/w');
    assert.equal((await heard.message(/^Codex/)).text, 'Codex (Task a) wants to run npm test.');
  });
});
