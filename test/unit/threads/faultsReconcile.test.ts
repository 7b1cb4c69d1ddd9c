import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FiledApproval, ThreadOnDisk } from '../../../src/state/sharedState';
import { StateRoot } from '../../../src/state/stateRoot';
import type { PastRun } from '../../../src/threads/liveRuns';
import { reconcile } from '../../../src/threads/reconcile';
import { isActive, type Thread } from '../../../src/threads/thread';
import { ThreadStore } from '../../../src/threads/threadStore';
import type { TurnRun } from '../../../src/threads/turnRun';

const id = '01a202fc-15c7-7880-9341-97614e04765e';
const root = new StateRoot('/nowhere/.codex-collab');
const folders = [root.global, root.workspace('a-0123456789abcdef'), root.workspace('b-0123456789abcdef')];

/** The first one more often than the others. */
const statuses = [
  'running',
  'running',
  'running',
  'running',
  'completed',
  'failed',
  'interrupted',
  'killed',
  '',
  'bogus',
  '__proto__',
];
const pids = fc.constantFrom(1, 7, 4711, 2 ** 31);
const text = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\u001b[31mred')), {
  nil: undefined,
});
/** From long ago to far in the future, and what is no time at all. */
const time = fc.option(
  fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constantFrom('', 'never', '2026-01-02', '9999-12-31T23:59:59.999Z', '+275760-09-13T00:00:00.001Z'),
  ),
  { nil: undefined },
);

const approval: fc.Arbitrary<FiledApproval> = fc.record({
  ...{ id: fc.constantFrom('call_1', 'call_2'), threadId: fc.constant(id), isAnswered: fc.boolean() },
  ...{ type: fc.constantFrom('commandExecution', 'fileChange'), command: text, cwd: text, reason: text },
  requestedAt: fc.oneof(fc.constant(Date.UTC(3000, 0)), fc.double({ noNaN: true })),
});

const place: fc.Arbitrary<ThreadOnDisk> = fc.record({
  folder: fc.constantFrom(...folders),
  shortId: fc.constantFrom('00000001', '00000002'),
  entry: fc.record({
    threadId: fc.constant(id),
    createdAt: time,
    updatedAt: time,
    model: text,
    cwd: text,
    preview: text,
    lastStatus: fc.option(fc.constantFrom(...statuses), { nil: undefined }),
    note: fc.record({ reason: text, isRunByWindow: fc.boolean() }),
    raw: fc.constant({}),
  }),
  owner: fc.oneof(
    fc.constant(undefined),
    { weight: 3, arbitrary: fc.constant({ kind: 'dead' } as const) },
    fc.constant({ kind: 'alive' } as const),
    pids.map((pid) => ({ kind: 'alive', pid }) as const),
  ),
  killSignal: fc.option(
    fc.record({
      content: fc.oneof(fc.constantFrom('', '*', 'x'), pids.map(String)),
      mtimeMs: fc.double(),
      isDirectory: fc.boolean(),
    }),
    { nil: undefined },
  ),
  approvals: fc.array(approval, { maxLength: 2 }),
  latestRun: fc.option(
    fc.record({
      ...{ runId: fc.constant('run-1'), threadId: fc.constant(id), shortId: fc.constant('00000001') },
      ...{ status: fc.option(fc.constantFrom(...statuses), { nil: undefined }), phase: text, model: text },
      ...{ pid: fc.option(pids, { nil: undefined }), prompt: text, startedAt: time, completedAt: time },
      ...{ elapsed: text, error: text, logFile: text },
      pendingApproval: fc.option(fc.constant({ id: 'call_2', summary: 'x' }), { nil: undefined }),
      pendingQuestion: fc.constant(undefined),
      changes: fc.constantFrom(undefined, { added: 3, removed: 1 }),
      goal: fc.constantFrom(undefined, { objective: 'x', status: 'paused' }),
    }),
    { nil: undefined },
  ),
});
const past: fc.Arbitrary<PastRun | undefined> = fc.option(
  fc.record({
    pid: pids,
    outcome: fc.record({
      status: fc.constantFrom('completed', 'failed', 'interrupted'),
      reason: text,
      durationMs: fc.double(),
      filesChanged: fc.nat(),
    }),
  }),
  { nil: undefined },
);
const places = fc.array(place, { maxLength: 3 });

/** What `reconcile` looks at of a run of ours. */
const live = fc
  .record({
    ...{ phase: fc.constantFrom('starting', 'running', 'stopping'), prompt: fc.string({ unit: 'binary' }) },
    ...{ pid: pids, startedAt: fc.integer({ min: 0 }), cwd: fc.string(), model: fc.string() },
    pendingApproval: fc.option(
      fc.constant({ id: 'call_1', kind: 'command', summary: 'wants to run ls', decisions: [] } as const),
      { nil: undefined },
    ),
  })
  .map(
    (fields) =>
      ({ ...fields, threadId: id, shortId: 'live', logPaths: ['/log'], turn: {} }) as unknown as TurnRun,
  );

const isRunningOf = ({ entry, owner }: ThreadOnDisk): boolean =>
  entry.lastStatus === 'running' && owner?.kind !== 'dead';

describe('whatever the disk and our runs say of a thread', () => {
  it('comes out as a thread when anybody knows it, and as nothing else', () => {
    fc.assert(
      fc.property(places, fc.option(live, { nil: undefined }), past, (onDisk, run, ended) => {
        const thread = reconcile(id, { onDisk, live: run, past: ended });
        assert.equal(thread === undefined, onDisk.length === 0 && run === undefined);
        if (thread === undefined) return;
        assert.equal(thread.id, id);
        for (const at of [thread.createdAt, thread.updatedAt, thread.turnStartedAt]) {
          assert.ok(at === undefined || Number.isFinite(at));
        }
        assert.doesNotMatch(`${thread.title}${thread.reason ?? ''}`, /\p{Cc}/u);
      }),
    );
  });

  it('a run of ours that is under way wins', () => {
    fc.assert(
      fc.property(places, live, past, (onDisk, run, ended) => {
        const thread = reconcile(id, { onDisk, live: run, past: ended });
        assert.ok(thread !== undefined);
        assert.deepEqual([thread.owner, thread.shortId, thread.ownerPid], ['thisWindow', 'live', run.pid]);
        assert.equal(thread.turnStartedAt, run.startedAt);
        assert.deepEqual(thread.logPaths, run.logPaths);
        const asks = run.pendingApproval !== undefined;
        assert.equal(thread.status, run.phase === 'stopping' ? 'stopping' : asks ? 'needsYou' : 'running');
      }),
    );
  });

  it('keeps the name that codex knows while a run of ours is under way', () => {
    fc.assert(
      fc.property(live, (run) => {
        const known = { name: 'Release', preview: undefined };
        const thread = reconcile(id, { onDisk: [], live: run, past: undefined, known });
        assert.deepEqual([thread?.title, thread?.name, thread?.prompt], ['Release', 'Release', run.prompt]);
      }),
    );
  });

  it('never runs when every place that says so has a dead owner', () => {
    fc.assert(
      fc.property(places, past, (onDisk, ended) => {
        const thread = reconcile(id, { onDisk, live: undefined, past: ended });
        if (thread === undefined || onDisk.some(isRunningOf)) return;
        assert.ok(!isActive(thread), thread.status);
        assert.deepEqual(
          [thread.owner, thread.ownerPid, thread.turnStartedAt],
          ['nobody', undefined, undefined],
        );
      }),
    );
  });

  it('runs when it does so in any place, unless that was a run of ours which has ended', () => {
    fc.assert(
      fc.property(places, past, (onDisk, ended) => {
        const running = onDisk.filter(isRunningOf);
        const isOurs = ({ owner }: ThreadOnDisk): boolean =>
          owner?.kind === 'alive' && owner.pid !== undefined && owner.pid === ended?.pid;
        if (running.length === 0 || running.some(isOurs)) return;
        const thread = reconcile(id, { onDisk, live: undefined, past: ended });
        assert.ok(thread !== undefined && isActive(thread), thread?.status);
        assert.ok(['cli', 'anotherWindow'].includes(thread.owner), thread.owner);
        if (thread.status === 'stopping')
          assert.ok(running.some(({ killSignal }) => killSignal !== undefined));
      }),
    );
  });

  it('needs somebody only while a live process waits for what nobody has answered', () => {
    fc.assert(
      fc.property(places, past, (onDisk, ended) => {
        const thread = reconcile(id, { onDisk, live: undefined, past: ended });
        const asked = thread?.pendingApproval;
        assert.equal(asked !== undefined, thread?.status === 'needsYou');
        if (asked === undefined) return;
        const request = onDisk
          .filter(({ owner }) => owner?.kind === 'alive' && owner.pid !== undefined)
          .flatMap(({ approvals }) => approvals)
          .find((each) => `${each.id}@${each.requestedAt}` === asked.id && !each.isAnswered);
        assert.ok(request !== undefined);
        assert.doesNotMatch(`${asked.summary}${asked.reason ?? ''}${asked.cwd ?? ''}`, /\p{Cc}/u);
        assert.doesNotMatch(asked.command ?? '', /[^\P{Cc}\n\t]/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('is asked what its present run asks, the oldest first, and nothing that an earlier one has left', () => {
    const start = Date.UTC(2026, 0, 2);
    const asks = (request: string, requestedAt: number, isAnswered = false): FiledApproval => ({
      ...{ id: request, type: 'commandExecution', threadId: id, command: 'ls', requestedAt, isAnswered },
    });
    const idOf = (named: string | undefined, ...approvals: FiledApproval[]): string | undefined => {
      const updatedAt = new Date(start).toISOString();
      const run = { runId: 'run-1', threadId: id, shortId: '00000001', status: 'running' };
      const pendingApproval = named === undefined ? undefined : { id: named, summary: undefined };
      const disk = {
        ...{ folder: root.global, shortId: '00000001', owner: { kind: 'alive', pid: 7 }, approvals },
        ...{ killSignal: undefined, latestRun: { ...run, startedAt: updatedAt, pendingApproval } },
        entry: { threadId: id, updatedAt, lastStatus: 'running', note: { isRunByWindow: false }, raw: {} },
      } as unknown as ThreadOnDisk;
      return reconcile(id, { onDisk: [disk], live: undefined, past: undefined })?.pendingApproval?.id;
    };
    const [left, first, second] = [asks('l', start - 9000), asks('a', start + 1), asks('b', start + 2)];
    assert.equal(idOf(undefined, left), undefined);
    assert.equal(idOf(undefined, left, first, second), `a@${start + 1}`);
    assert.equal(idOf('b', left, first, second), `b@${start + 2}`);
    assert.equal(idOf(undefined, asks('a', start, true), second), `b@${start + 2}`);
    assert.equal(idOf('gone', first), undefined);
  });

  it('comes out the same twice, so that nothing is redrawn for nothing', () => {
    fc.assert(
      fc.property(places, fc.option(live, { nil: undefined }), past, (onDisk, run, ended) => {
        const sources = { onDisk, live: run, past: ended };
        assert.deepEqual(reconcile(id, sources), reconcile(id, sources));
        const store = new ThreadStore();
        let changes = 0;
        store.onDidChange(() => changes++);
        store.update([[id, reconcile(id, sources)]]);
        const first = changes;
        store.update([[id, reconcile(id, sources)]]);
        assert.equal(changes, first);
      }),
      { numRuns: 50 },
    );
  });

  it('of two places that have ended, the one that was written last counts, be it in the future', () => {
    const ended = (updatedAt: string, lastStatus: string, folder: ThreadOnDisk['folder']): ThreadOnDisk => ({
      ...{ folder, shortId: '00000001', owner: undefined, killSignal: undefined, latestRun: undefined },
      approvals: [],
      entry: {
        threadId: id,
        updatedAt,
        lastStatus,
        note: { reason: undefined, isRunByWindow: false },
        raw: {},
      },
    });
    const [global, workspace] = [root.global, root.workspace('a-0123456789abcdef')];
    const now = ended(new Date().toISOString(), 'completed', global);
    const statusOf = (...onDisk: ThreadOnDisk[]): Thread['status'] | undefined =>
      reconcile(id, { onDisk, live: undefined, past: undefined })?.status;
    const later = ended('2999-01-01T00:00:00.000Z', 'failed', workspace);
    assert.deepEqual([statusOf(now, later), statusOf(later, now)], ['failed', 'failed']);
    const never = ended('no time', 'failed', workspace);
    assert.deepEqual([statusOf(now, never), statusOf(never, now)], ['completed', 'completed']);
  });
});
