import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { silentLog } from '../../src/base/log';
import { Emitter } from '../../src/base/event';
import { EventClaims } from '../../src/threads/eventClaims';
import type { PendingQuestion } from '../../src/threads/pendingQuestions';
import type { PendingApproval } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { AskNotifications } from '../../src/views/askNotifications';
import { CommandId } from '../../src/vscode/contributions';
import { eventually } from '../support/eventually';
import { sampleThread } from '../support/sampleThread';
import { ApprovalScene } from './approvalScene';
import { Overheard } from './overheard';

describe('what notifications tell of turns', function () {
  this.timeout(60_000);
  let scene: ApprovalScene;

  beforeEach(async () => {
    scene = await ApprovalScene.open();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await scene.close();
    await scene.setPolicy(undefined);
    await scene.set('notifications', undefined);
  });

  const click = async (text: RegExp, buttons: readonly string[], button: string): Promise<void> => {
    const message = await scene.message(text);
    assert.deepEqual(message.buttons, buttons);
    message.click(button);
  };
  /** What the tests before it have left to say comes before this. */
  const saysNothingElse = async (): Promise<void> => {
    await scene.runTask('say:loud');
    await eventually(
      () => scene.said,
      (said) => assert.match(said, /^Codex finished: say:loud \(.*\)\.$/m),
    );
    assert.doesNotMatch(scene.said, /\n/);
  };

  it('are its end with its files, and the ways to look at them', async () => {
    const made = join(scene.folder, 'made.txt');
    try {
      await scene.runTask('edit:made.txt="x" say:done');
      const ended = /^Codex finished: edit:made\.txt="x" say:done \(\d+s, 1 file\)\.$/;
      await click(ended, ['Open', 'Changes'], 'Changes');
      const [title] = await scene.called('vscode.changes');
      assert.match(String(title), /edit:made/);
    } finally {
      await rm(made, { force: true });
    }
    await scene.runTask('say:done');
    await click(/^Codex finished: say:done \(\d+s\)\.$/, ['Open'], 'Open');
    await showsTab('say:done');
  });

  for (const [what, prompt, end] of [
    ['its failure', 'fail:500', () => Promise.resolve()],
    [
      'the death of its process',
      'edit:begun.txt="x" stream:60',
      async () => {
        // Before that codex has nothing that could be gone on with.
        await eventually(
          () => readdir(scene.folder),
          (names) => assert.ok(names.includes('begun.txt')),
        );
        await rm(join(scene.folder, 'begun.txt'));
        process.kill((await scene.running()).ownerPid ?? assert.fail());
      },
    ],
  ] as const) {
    it(`are ${what} with the reason, and one click goes on with it, once`, async () => {
      await scene.runTask(prompt);
      await end();
      const { text, buttons, click } = await scene.message(/^Codex could not finish/);
      assert.match(text, new RegExp(`^Codex could not finish “${prompt}”: .+[.!?]$`));
      assert.deepEqual(buttons, ['Open', 'Resume']);
      click('Resume');
      click('Resume');
      await scene.message(/^Codex finished: Continue where you stopped\. /);
      await saysNothingElse();
    });
  }

  it('of a failure that is over ask before anything goes on', async () => {
    await scene.runTask('fail:500');
    const failure = await scene.message(/^Codex could not finish “fail:500”/);
    const thread = scene.threads().find(({ status }) => status === 'failed') ?? assert.fail();
    const resumed = vscode.commands.executeCommand(CommandId.resumeThread, { id: thread.id });
    await scene.type('say:more');
    await resumed;
    (await scene.message(/^Codex finished: say:more /)).click();
    failure.click('Resume');
    const { value } = await scene.type('say:last');
    assert.equal(value, 'Continue where you stopped.');
    (await scene.message(/^Codex finished: say:last /)).click();
    await saysNothingElse();
  });

  it('are under `needsYou` no ends, and under `off` not what it asks either', async () => {
    await scene.setPolicy('untrusted');
    await scene.set('notifications', 'needsYou');
    await scene.runTask('run:"true" say:done');
    const asking = await scene.waiting();
    (await scene.message(/ wants to run .*true/)).click('Approve');
    assert.equal(await scene.ended(asking), 'completed');
    await scene.set('notifications', 'off');
    await scene.runTask('run:"true" fail:500');
    const unheard = await scene.waiting();
    await scene.approve(unheard);
    assert.equal(await scene.ended(unheard), 'failed');
    await scene.set('notifications', 'all');
    await saysNothingElse();
  });

  it('are not that it was killed', async () => {
    await scene.runTask('stream:60');
    const thread = await scene.running();
    await vscode.commands.executeCommand(CommandId.killThread, { id: thread.id });
    assert.equal(await scene.ended(thread), 'interrupted');
    await saysNothingElse();
  });

  /** A thread at rest of which everything has been told. */
  const restingThread = async (prompt: string): Promise<string> => {
    await scene.runTask(prompt);
    (await scene.message(new RegExp(`^Codex finished: ${prompt} `))).click();
    const [thread] = await eventually(
      () => scene.threads().filter((each) => each.prompt === prompt),
      ([found]) => assert.equal(found?.status, 'completed'),
    );
    return thread?.id ?? assert.fail();
  };
  const resume = async (id: string, prompt: string): Promise<void> => {
    void vscode.commands.executeCommand(CommandId.resumeThread, { id });
    await scene.type(prompt);
  };
  const showsTab = (label: string): Promise<unknown> =>
    eventually(
      () => vscode.window.tabGroups.activeTabGroup.activeTab?.label,
      (shown) => assert.equal(shown, label),
    );

  for (const [what, command] of [
    ['transcript', CommandId.openTranscript],
    ['log', CommandId.openLog],
  ] as const) {
    it(`are nothing of a thread whose ${what} is in front of the person`, async () => {
      assert.equal(vscode.window.state.focused, true);
      await scene.setPolicy('untrusted');
      const id = await restingThread(`say:${what}`);
      await vscode.commands.executeCommand(command, { id });
      await showsTab(`say:${what}`);
      await resume(id, 'run:"true" say:done');
      const asking = await scene.waiting();
      await scene.approve(asking);
      assert.equal(await scene.ended(asking), 'completed');
      await saysNothingElse();
    });
  }

  it('are its end when its transcript lies behind another editor', async () => {
    const id = await restingThread('say:behind');
    await vscode.commands.executeCommand(CommandId.openTranscript, { id });
    await showsTab('say:behind');
    await vscode.window.showTextDocument(vscode.Uri.file(join(scene.folder, 'README.md')));
    await resume(id, 'say:told');
    await scene.message(/^Codex finished: say:told /);
  });
});

describe('what notifications tell in several windows', () => {
  let heard: Overheard;
  let claims: string;
  let windows: Window[];

  interface Window {
    readonly threads: ThreadStore;
    readonly asked: Emitter<void>;
    readonly questions: PendingQuestion[];
    readonly notifications: AskNotifications;
    /** The claims that it was answered. */
    readonly answered: boolean[];
  }

  beforeEach(async () => {
    heard = new Overheard(vscode);
    claims = await mkdtemp(join(tmpdir(), 'claims-'));
    windows = [open(), open()];
  });
  afterEach(async () => {
    for (const { threads, notifications } of windows) {
      notifications.dispose();
      threads.dispose();
    }
    heard.dispose();
    await rm(claims, { recursive: true });
  });

  const open = (): Window => {
    const [threads, asked, questions, answered] = [new ThreadStore(), new Emitter<void>(), [], []] as [
      ThreadStore,
      Emitter<void>,
      PendingQuestion[],
      boolean[],
    ];
    const events = new EventClaims(claims, silentLog);
    const claim = events.claim.bind(events);
    events.claim = async (event) => {
      const isFirst = await claim(event);
      answered.push(isFirst);
      return isFirst;
    };
    const reader = { pending: () => questions, onDidChange: asked.event };
    return {
      threads,
      asked,
      questions,
      answered,
      notifications: new AskNotifications(threads, reader, events, silentLog),
    };
  };
  const claimed = (count: number): Promise<unknown> =>
    eventually(
      () => windows.map(({ answered }) => answered.length),
      (counts) => assert.deepEqual(counts, [count, count]),
    );
  const approval: PendingApproval = {
    ...{ id: 'q1', kind: 'command', summary: 'wants to run make', reason: undefined },
    decisions: ['accept', 'decline'],
  };
  const showEverywhere = (id: string, owner: 'cli' | 'anotherWindow', asks: PendingApproval): void => {
    const thread = sampleThread({ id, owner, status: 'needsYou', pendingApproval: asks });
    for (const { threads } of windows) threads.update([[id, thread]]);
  };

  it('is what a run of the command line asks, in one of them', async () => {
    showEverywhere('a', 'cli', approval);
    await claimed(1);
    showEverywhere('a', 'cli', { ...approval, id: 'q2', summary: 'wants to run tests' });
    await claimed(2);
    assert.deepEqual(heard.said.split('\n'), [
      'Codex (Task a) wants to run make.',
      'Codex (Task a) wants to run tests.',
    ]);
  });

  it('is not what a turn of another window asks', async () => {
    showEverywhere('a', 'anotherWindow', approval);
    showEverywhere('b', 'cli', approval);
    await claimed(1);
    assert.equal(heard.said, 'Codex (Task b) wants to run make.');
  });

  it('is a question in words, once in one of them, with the way to answer it', async () => {
    const question = { id: 'ask1', text: 'Which port?' } as PendingQuestion;
    for (const { questions, asked } of windows) {
      questions.push(question);
      asked.fire();
    }
    await claimed(1);
    for (const { asked } of windows) asked.fire();
    const { text, buttons, click } = await heard.message(/^Codex asks/);
    assert.equal(text, 'Codex asks: Which port?');
    assert.deepEqual(buttons, ['Answer…']);
    assert.equal(heard.said, '');
    click();
  });
});
