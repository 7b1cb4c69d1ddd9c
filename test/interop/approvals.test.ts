import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src/base/userError';
import { writeKillSignal } from '../../src/state/killSignals';
import type { StateFolder } from '../../src/state/stateFolder';
import type { PendingApproval } from '../../src/threads/thread';
import type { ThreadStore } from '../../src/threads/threadStore';
import { eventually } from '../support/eventually';
import { waitUntil } from '../support/processes';
import { TaskBench } from '../support/taskBench';
import { EditorWindow, rowBecomes, rowText } from './editorWindow';
import { Outside } from './outside';
import type { OutsideProcess } from './outsideProcess';
import { ScratchShare } from './scratchShare';
import { namesIn, records, statuses, threadIdOf } from './stateFiles';

const threadId = threadIdOf('0a0a0a0a');
const tooLate = (error: unknown): boolean =>
  error instanceof UserError && error.message.includes('answered or withdrawn');

/** What a row asks, once it does. */
async function asked(store: ThreadStore, id: string): Promise<PendingApproval> {
  return await waitUntil(() => store.get(id)?.pendingApproval, { timeoutMs: 15_000, what: 'a question' });
}

for (const generation of ['A', 'B'] as const) {
  const program = `generation${generation}.mjs`;

  describe(`a run of generation ${generation} that asks`, () => {
    let share: ScratchShare;
    let window: EditorWindow;
    let folder: StateFolder;
    beforeEach(async () => {
      share = await ScratchShare.create();
      window = await share.window();
      folder = await share.folder(window, generation);
    });
    afterEach(() => share.dispose());

    const run = async (): Promise<OutsideProcess> => {
      const started = share.outside.start(program, 'run', 'ask:touch made', '--thread', threadId);
      await rowBecomes(window.store, threadId, 'needsYou, cli');
      return started;
    };
    const made = async (): Promise<boolean> => (await namesIn(share.cwd)).includes('made');

    it('23 · needs us, and says all that it asks', async () => {
      await run();
      const { id, requestedAt, ...shown } = await asked(window.store, threadId);
      assert.deepEqual(shown, {
        ...{ kind: 'command', summary: 'wants to run touch made', reason: undefined },
        ...{ command: 'touch made', cwd: share.cwd },
        decisions: ['accept', 'acceptForSession', 'decline', 'cancel'],
      });
      assert.match(id, /^call_[0-9a-f]{8}@/);
      assert.ok(Math.abs(Date.now() - (requestedAt ?? 0)) < 60_000);
    });

    for (const [decision, code, isRun] of [
      ['accept', 0, true],
      ['acceptForSession', 0, true],
      ['decline', 0, false],
      ['cancel', generation === 'A' ? 1 : 4, false],
    ] as const) {
      it(`23 · takes our ${decision}, once`, async () => {
        const started = await run();
        const { id } = await asked(window.store, threadId);
        await window.answerer.answer(threadId, id, decision);
        await assert.rejects(window.answerer.answer(threadId, id, 'accept'), tooLate);
        assert.equal((await started.ended).code, code, started.stdout);
        assert.deepEqual([await made(), await namesIn(folder.approvalsDir)], [isRun, []]);
        await rowBecomes(window.store, threadId, `${code === 0 ? 'completed' : 'interrupted'}, nobody`);
        await assert.rejects(window.answerer.answer(threadId, id, 'accept'), tooLate);
        assert.deepEqual(await namesIn(folder.approvalsDir), []);
      });
    }

    it('23 · is answered by one of two windows, and no longer asks the other', async () => {
      const other = await share.window();
      const started = await run();
      const [{ id }] = await Promise.all([asked(window.store, threadId), asked(other.store, threadId)]);
      const answers = [window, other].map((each) => each.answerer.answer(threadId, id, 'accept'));
      const results = await Promise.allSettled(answers);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      assert.equal((await started.ended).code, 0);
      for (const { store } of [window, other]) await rowBecomes(store, threadId, 'completed, nobody');
    });

    it('23 · no longer asks us when it is answered in the terminal', async () => {
      const started = await run();
      const { id } = await asked(window.store, threadId);
      const [file = ''] = id.split('@');
      assert.equal((await share.outside.start(program, 'approve', file).ended).stdout, `Approved: ${file}\n`);
      await assert.rejects(window.answerer.answer(threadId, id, 'decline'), tooLate);
      assert.equal((await started.ended).code, 0);
      assert.ok(await made());
    });

    it('24 · is killed while it waits, and what it leaves behind asks nobody', async () => {
      const started = await run();
      const { id } = await asked(window.store, threadId);
      await writeKillSignal(folder, threadId, generation === 'A' ? '' : String(started.pid));
      assert.equal((await started.ended).code, generation === 'A' ? 1 : 5);
      await rowBecomes(window.store, threadId, 'interrupted, nobody');
      const left = await namesIn(folder.approvalsDir);
      assert.equal(left.length, 1);
      await assert.rejects(window.answerer.answer(threadId, id, 'accept'), tooLate);

      const [shortId = ''] = Object.keys(await statuses(folder));
      const states = new Set<string>();
      window.store.onDidChange(() => states.add(rowText(window.store.get(threadId))));
      const next = share.outside.start(program, 'run', 'stream:1', '--resume', shortId);
      assert.equal((await next.ended).code, 0);
      await rowBecomes(window.store, threadId, 'completed, nobody');
      assert.ok(states.has('running, cli') && !states.has('needsYou, cli'), [...states].join('; '));
      assert.deepEqual(await namesIn(folder.approvalsDir), left);
    });

    it('24 · dies while it waits, and no longer asks', async () => {
      const started = await run();
      await started.kill();
      await rowBecomes(window.store, threadId, 'interrupted, nobody');
      assert.equal(window.store.get(threadId)?.pendingApproval, undefined);
      assert.equal((await namesIn(folder.approvalsDir)).length, 1);
    });
  });

  describe(`a run of ours that asks, in the layout of generation ${generation}`, () => {
    let bench: TaskBench;
    let other: EditorWindow;
    let outside: Outside;
    let folder: StateFolder;
    beforeEach(async () => {
      const stateLayout = generation === 'A' ? 'global' : 'workspace';
      bench = await TaskBench.open({ stateLayout, preferences: { approvalPolicy: 'on-request' } });
      other = await EditorWindow.open(bench.home.stateRoot);
      outside = new Outside(bench.folder, bench.home.env);
      folder = await bench.root.folderForNewRun(bench.folder, stateLayout);
    });
    afterEach(async () => {
      await outside.dispose();
      await other.dispose();
      await bench.close();
    });

    const prompt = (): string => `ask:"touch ${bench.folder}/made" say:done`;
    const made = async (): Promise<boolean> => (await namesIn(bench.folder)).includes('made');
    /** The id under which the run asks, once it does. */
    const requestId = (): Promise<string> =>
      waitUntil(
        async () => {
          const names = await namesIn(folder.approvalsDir);
          return names.find((each) => each.endsWith('.json'))?.slice(0, -'.json'.length);
        },
        { timeoutMs: 15_000, what: 'a request' },
      );

    for (const [verb, isRun] of [
      ['approve', true],
      ['decline', false],
    ] as const) {
      it(`23 · takes ${verb} of generation ${generation}`, async () => {
        const run = await bench.run(prompt());
        const id = await requestId();
        if (generation === 'B') {
          const pending = async (): Promise<unknown> => (await records(folder))[0]?.pendingApproval;
          await eventually(pending, (value) => assert.equal((value as { id: string } | null)?.id, id));
        }
        assert.equal((await outside.start(program, verb, id).ended).code, 0);
        assert.equal((await run.ended).status, 'completed');
        assert.deepEqual([await made(), await namesIn(folder.approvalsDir)], [isRun, []]);
      });
    }

    it('23 · is answered in another window', async () => {
      const run = await bench.run(prompt());
      await rowBecomes(other.store, run.threadId, 'needsYou, anotherWindow');
      const [here, there] = [await asked(bench.store, run.threadId), await asked(other.store, run.threadId)];
      assert.deepEqual([there.command, there.decisions], [here.command, here.decisions]);
      await other.answerer.answer(run.threadId, there.id, 'accept');
      assert.equal((await run.ended).status, 'completed');
      await assert.rejects(bench.answerer.answer(run.threadId, here.id, 'decline'), tooLate);
      assert.ok(await made());
      await rowBecomes(other.store, run.threadId, 'completed, nobody');
      assert.deepEqual(await namesIn(folder.approvalsDir), []);
    });

    it('23 · no longer asks another window when it is answered in its own', async () => {
      const run = await bench.run(`${prompt()} stream:3`);
      const { id } = await asked(other.store, run.threadId);
      const here = await asked(bench.store, run.threadId);
      await bench.answerer.answer(run.threadId, here.id, 'decline');
      await rowBecomes(other.store, run.threadId, 'running, anotherWindow');
      await assert.rejects(other.answerer.answer(run.threadId, id, 'accept'), tooLate);
      assert.equal((await run.ended).status, 'completed');
      assert.ok(!(await made()));
    });

    it('23 · is declined by what is no decision', async () => {
      const run = await bench.run(prompt());
      const id = await requestId();
      await writeFile(folder.approvalDecisionFile(id), 'yes, please');
      assert.equal((await run.ended).status, 'completed');
      assert.deepEqual([await made(), await namesIn(folder.approvalsDir)], [false, []]);
    });

    it('24 · is killed by a signal while it waits, and leaves no request', async () => {
      const run = await bench.run(prompt());
      await requestId();
      await writeKillSignal(folder, run.threadId, generation === 'A' ? '' : String(run.pid));
      assert.equal((await run.ended).status, 'interrupted');
      assert.deepEqual(await namesIn(folder.approvalsDir), []);
      await rowBecomes(other.store, run.threadId, 'interrupted, nobody');
      if (generation === 'B') assert.equal((await records(folder))[0]?.pendingApproval, null);
      const index = await readFile(join(folder.path, 'threads.json'), 'utf8');
      assert.match(index, /"lastStatus": "interrupted"/);
    });
  });
}
