import assert from 'node:assert/strict';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { runningFields } from '../../src/state/entryNote';
import { writePidFile } from '../../src/state/pidFiles';
import { isProcessAlive } from '../../src/state/processes';
import { updateIndex } from '../../src/state/threadIndex';
import type { Thread, ThreadStatus } from '../../src/threads/thread';
import { CommandId } from '../../src/vscode/contributions';
import { OutsideProcess } from '../interop/outsideProcess';
import { eventually } from '../support/eventually';
import { removeFolder } from '../support/removeFolder';
import { ApprovalScene } from './approvalScene';
import type { Message } from './overheard';

describe('what is asked about a thread that is in the way', function () {
  this.timeout(60_000);
  let scene: ApprovalScene;
  let outside: OutsideProcess[];
  let turns = 0;

  beforeEach(async () => {
    outside = [];
    scene = await ApprovalScene.open();
  });
  afterEach(async () => {
    await Promise.all(outside.map((each) => each.kill()));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await scene.close();
  });
  // Once it is there, whatever runs in this home is entered for its workspace alone.
  after(() => removeFolder(join(homedir(), '.codex-collab', 'workspaces')));

  /** Starts a program as somebody in a terminal does. */
  const start = (...args: string[]): OutsideProcess => {
    const process = new OutsideProcess(args, scene.folder, globalThis.process.env);
    outside.push(process);
    return process;
  };
  const startProgram = (name: string, ...args: string[]): OutsideProcess => {
    const extension = vscode.extensions.getExtension('codex-collab.codex-collab')?.extensionPath ?? '';
    return start(join(extension, 'test', 'interop', 'programs', name), ...args);
  };
  const saysReady = (program: OutsideProcess): Promise<unknown> =>
    eventually(
      () => program.stdout,
      (text) => assert.match(text, /ready/),
    );
  const becomes = async (id: string, status: ThreadStatus): Promise<Thread> => {
    const thread = await eventually(
      () => scene.thread(id),
      (found) => assert.equal(found?.status, status, scene.said),
    );
    return thread ?? assert.fail();
  };
  /** A thread of this window whose turn is over. */
  const finished = async (): Promise<Thread> => {
    const prompt = `say:finished-${(turns += 1)}`;
    await scene.runTask(prompt);
    await scene.message(new RegExp(`^Codex finished: ${prompt} `));
    const [thread] = await eventually(
      () => scene.threads().filter((each) => each.prompt === prompt),
      ([found]) => assert.equal(found?.status, 'completed'),
    );
    return thread ?? assert.fail();
  };
  /** Clicks a button of a message, its cross without one, and waits for what the command does then. */
  const clicked = async (message: Message, command: Thenable<unknown>, button?: string): Promise<void> => {
    message.click(button);
    await command;
  };

  it('Resume on a running thread opens it, kills it first, or leaves it alone', async () => {
    await scene.runTask('stream:60');
    const thread = await scene.running();
    const resume = async (): Promise<readonly [Message, Thenable<unknown>]> => {
      const command = vscode.commands.executeCommand(CommandId.resumeThread, { id: thread.id });
      return [await scene.message(/^“stream:60” is running\. Kill its turn first, or look/), command];
    };
    const [first, closed] = await resume();
    assert.deepEqual(first.buttons, ['Kill and Resume', 'Open']);
    await clicked(first, closed);
    await clicked(...(await resume()), 'Open');
    assert.deepEqual(await scene.called(CommandId.openTranscript), [{ id: thread.id }]);
    assert.equal((await scene.running()).id, thread.id);

    (await resume())[0].click('Kill and Resume');
    assert.deepEqual(await scene.type('say:again'), {
      title: 'Codex: Resume “stream:60”',
      value: 'Continue where you stopped.',
    });
    assert.equal((await becomes(thread.id, 'completed')).shortId, thread.shortId);
    assert.equal(isProcessAlive(thread.ownerPid ?? 0), false);
  });

  it("Resume of a thread that the CLI's broker keeps asks that to let go, on the person's word alone", async () => {
    const broker = startProgram('broker.mjs', '--codex', 'codex');
    await saysReady(broker);
    const run = startProgram('generationB.mjs', 'run', 'say:first', '--broker');
    const { stdout } = await run.ended;
    const { id, shortId } = await becomes(/\((.+)\)/.exec(stdout)?.[1] ?? '', 'completed');
    const command = vscode.commands.executeCommand(CommandId.resumeThread, { id });
    await scene.type('say:again');
    const inUse = new RegExp(
      `^Thread ${shortId} is in use .* command line, whose broker \\(process ${broker.pid}\\)`,
    );
    (await scene.message(inUse)).click();
    assert.equal(await scene.enterAgain(), 'say:again');
    const message = await scene.message(inUse);
    assert.deepEqual(message.buttons, ['Try Again', 'Ask It to Let Go']);
    message.click('Try Again');
    const again = await scene.message(inUse);
    assert.equal(broker.hasEnded, false);
    await clicked(again, command, 'Ask It to Let Go');
    assert.equal((await broker.ended).code, 0);
    await scene.message(/^Codex finished: say:again /);
  });

  /** *Codex: Delete*, with the answer to its question; gives what is told when it does not come off. */
  const deletes = async ({ id }: Thread): Promise<readonly [Message, Thenable<unknown>]> => {
    const command = vscode.commands.executeCommand(CommandId.deleteThread, { id });
    (await scene.message(/^Delete “/)).click('Delete');
    return [await scene.message(/ was not deleted: Codex could not archive it/), command];
  };
  const isGone = ({ id }: Thread): Promise<unknown> =>
    eventually(
      () => scene.thread(id),
      (found) => assert.equal(found, undefined),
    );

  const logsOf = async ({ shortId }: Thread): Promise<string[]> => {
    const folder = await scene.root.folderForNewRun(scene.folder, 'auto');
    const names = await readdir(join(folder.path, 'logs')).catch(() => []);
    return names.filter((name) => name.includes(shortId));
  };

  it('Delete of a thread that some program has open keeps everything, or deletes the local data alone', async () => {
    const thread = await finished();
    await saysReady(startProgram('openThread.mjs', thread.id, '--codex', 'codex'));
    const [message, command] = await deletes(thread);
    assert.match(message.text, /\(it is in use by another program, .*\)\. Its log and its place .* kept\.$/);
    assert.deepEqual(message.buttons, ['Try Again', 'Delete Local Data Anyway']);
    assert.equal(scene.thread(thread.id)?.status, 'completed');
    await clicked(message, command, 'Delete Local Data Anyway');
    await isGone(thread);
    assert.deepEqual(await logsOf(thread), []);
  });

  it('Delete of a thread that codex cannot archive is offered again, and comes off once it can', async () => {
    const thread = await finished();
    const archive = join(process.env.CODEX_HOME ?? '', 'archived_sessions');
    await rename(archive, `${archive}.away`).catch(() => undefined);
    await writeFile(archive, 'in the way');
    try {
      const [message, command] = await deletes(thread);
      assert.deepEqual(message.buttons, ['Try Again', 'Delete Local Data Anyway']);
      await clicked(message, command);
      assert.equal(scene.thread(thread.id)?.status, 'completed');
      const [again, deletion] = await deletes(thread);
      await rm(archive);
      await clicked(again, deletion, 'Try Again');
    } finally {
      await rm(archive, { recursive: true, force: true });
      await rename(`${archive}.away`, archive).catch(() => undefined);
    }
    await isGone(thread);
  });

  it('Kill of a turn that does not answer ends no process that is not known to be ours', async () => {
    const { pid } = start('-e', 'setInterval(() => {}, 1000)');
    const [shortId, id] = ['ab12cd34', '01a202fc-15c7-7880-9341-0000ab12cd34'];
    const folder = await scene.root.folderForNewRun(scene.folder, 'auto');
    await folder.ensure();
    await writePidFile(folder, shortId, pid);
    await updateIndex(folder, (draft) => {
      const now = new Date();
      const facts = { threadId: id, createdAt: now.toISOString(), cwd: scene.folder, preview: 'Not ours' };
      draft.set(shortId, { ...facts, ...runningFields(now) });
    });
    assert.equal((await becomes(id, 'running')).owner, 'anotherWindow');
    const command = vscode.commands.executeCommand(CommandId.killThread, { id });
    const message = await scene.message(/^“Not ours” did not answer the kill within 5 seconds/);
    assert.deepEqual(message.buttons, ['Try Again', 'Force Stop']);
    message.click('Force Stop');
    const refusal = await scene.message(/^No process of “Not ours” was found that is known to be ours/);
    assert.equal(isProcessAlive(pid), true);
    refusal.click();
    await command;
  });
});
