import assert from 'node:assert/strict';
import type { AskedField } from '../../../src/threads/askedForm';
import { DEFAULT_RUN_OPTIONS } from '../../../src/threads/runOptions';
import type { PendingApproval, Thread } from '../../../src/threads/thread';
import { goneThread, transcriptThread } from '../../../src/views/transcriptThread';
import { sampleThread } from '../../support/sampleThread';

const thread = sampleThread({
  ...{ id: 't-1', shortId: 'a1b2c3d4', title: 'Fix the login', status: 'completed', owner: 'nobody' },
  ...{ cwd: '/w/api', model: 'gpt-6' },
});

const around = { isTrusted: true, tokenUsage: undefined, goal: undefined, options: undefined };
const of = (fields: Partial<Thread>, isTrusted = true) =>
  transcriptThread({ ...thread, ...fields }, { ...around, isTrusted });

describe('a thread in its transcript', () => {
  it('says where it works and with what', () => {
    const { details, statusText, canStop, cwd } = of({});
    assert.deepEqual(
      { details, statusText, canStop, cwd },
      { details: 'api · gpt-6 · a1b2c3d4', statusText: 'Completed', canStop: false, cwd: '/w/api' },
    );
    assert.equal(of({ cwd: undefined, model: undefined }).details, 'a1b2c3d4');
    const running = transcriptThread(thread, { ...around, options: DEFAULT_RUN_OPTIONS });
    assert.equal(running.details, 'api · gpt-6 · workspace-write · never asks · a1b2c3d4');
  });

  it('takes a follow-up at rest, and more words while this window runs it', () => {
    for (const status of ['completed', 'failed', 'interrupted', 'idle'] as const) {
      assert.deepEqual(of({ status }).prompt, { mode: 'resume' });
    }
    for (const status of ['running', 'needsYou'] as const) {
      const running = of({ status, owner: 'thisWindow' });
      assert.deepEqual(running.prompt, { mode: 'steer' });
      assert.ok(running.canStop);
    }
  });

  it('takes nothing, and says why, while somebody else runs it, while it stops, or without trust', () => {
    const reasonOf = (fields: Partial<Thread>, isTrusted = true): string => {
      const { prompt } = of(fields, isTrusted);
      return prompt.mode === 'none' ? prompt.reason : assert.fail(prompt.mode);
    };
    assert.equal(
      reasonOf({ status: 'running', owner: 'cli' }),
      'codex-collab runs this turn. Stop it, or wait for its end, to go on from here.',
    );
    assert.match(reasonOf({ status: 'running', owner: 'anotherWindow' }), /^Another window runs this turn/);
    assert.match(reasonOf({ status: 'stopping', owner: 'thisWindow' }), /being stopped/);
    assert.match(reasonOf({}, false), /not trusted/);
    assert.match(reasonOf({ cwd: undefined }), /in which folder/);
    assert.ok(!of({ status: 'stopping', owner: 'thisWindow' }).canStop);
    assert.ok(of({ status: 'running', owner: 'cli' }).canStop);
  });

  it('offers the answers that codex takes, the first being the main one', () => {
    const pendingApproval: PendingApproval = {
      ...{ id: 'q', kind: 'command', summary: 'wants to run ls', reason: 'to look', command: 'ls\n-l' },
      decisions: ['accept', 'acceptForSession', 'decline', 'cancel'],
    };
    assert.deepEqual(of({ status: 'needsYou', owner: 'cli', pendingApproval }).approval, {
      ...{
        id: 'q',
        summary: 'wants to run ls',
        reason: 'to look',
        command: 'ls\n-l',
        cwd: '/w/api',
        files: [],
      },
      choices: [
        { decision: 'accept', label: 'Approve' },
        { decision: 'acceptForSession', label: 'Approve for Session' },
        { decision: 'decline', label: 'Decline' },
        { decision: 'cancel', label: 'Decline and Stop' },
      ],
    });
  });

  it('shows what is asked, once', () => {
    const field = (key: string, text: string): AskedField => ({
      ...{ key, label: key, text, isRequired: true },
      input: {
        kind: 'choice',
        options: [{ value: 'v', label: 'l', description: 'd' }],
        hasOther: true,
        isSecret: false,
        initial: undefined,
      },
    });
    const approvalOf = (summary: string, ...fields: AskedField[]) =>
      of({
        status: 'needsYou',
        pendingApproval: {
          ...{ id: 'q', kind: 'questions', summary, reason: undefined, decisions: ['decline'] },
          form: { fields, deadline: 0 },
        },
      }).approval;
    const options = [{ label: 'l', description: 'd' }];
    const one = approvalOf('asks: Which one?', field('a', 'Which one?'));
    assert.deepEqual(one?.questions, [{ label: '', text: '', options }]);
    assert.deepEqual(
      one.choices.map(({ label }) => label),
      ['Answer…', 'Decline'],
    );
    assert.match(one.deadline ?? '', /without an answer at/);
    const lines = approvalOf('asks: Which one?', field('a', 'Which\none?'));
    assert.deepEqual(lines?.questions, [{ label: '', text: 'Which\none?', options }]);
    const two = approvalOf('asks: A? and 1 more', field('a', 'A?'), field('b', 'B?'));
    assert.deepEqual(
      two?.questions?.map(({ label, text }) => `${label}: ${text}`),
      ['a: A?', 'b: B?'],
    );
  });

  it('that somebody has deleted keeps its title, and takes nothing', () => {
    const gone = goneThread(of({ status: 'running', owner: 'thisWindow' }));
    assert.equal(gone.title, 'Fix the login');
    assert.equal(gone.status, 'gone');
    assert.equal(gone.prompt.mode, 'none');
    assert.ok(!gone.canStop && gone.turnStartedAt === undefined);
  });
});
