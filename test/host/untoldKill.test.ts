import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { UserError } from '../../src/base/userError';
import { killThreads } from '../../src/commands/killThreads';
import type { KillOutcome } from '../../src/threads/killThread';
import { ThreadStore } from '../../src/threads/threadStore';
import { sampleThread } from '../support/sampleThread';
import { Overheard } from './overheard';

describe('a kill that could not be told to whom it concerns', () => {
  let heard: Overheard;
  let threads: ThreadStore;
  let done: string[];
  /** What the next kill of a thread comes to; `stopped` when there is nothing left. */
  let outcomes: Record<string, (KillOutcome | Error)[]>;

  beforeEach(() => {
    heard = new Overheard(vscode);
    threads = new ThreadStore();
    [done, outcomes] = [[], {}];
  });
  afterEach(() => {
    heard.dispose();
    threads.dispose();
  });

  const kill = async (...ids: string[]): Promise<void> => {
    threads.update(ids.map((id) => [id, sampleThread({ id, owner: 'cli', status: 'running' })] as const));
    const killer = {
      kill: (id: string) => {
        done.push(id);
        const outcome = outcomes[id]?.shift() ?? 'stopped';
        return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
      },
      forceStop: () => assert.fail('nobody has asked for force'),
    };
    await killThreads(killer, threads, ids);
  };
  const untold = (id: string): UserError => new UserError(`Thread ${id} could not be told to stop.`);

  it('is tried again for those alone, as often as the person likes', async () => {
    outcomes = { a: [untold('a'), untold('a')], c: [untold('c')] };
    const end = kill('a', 'b', 'c');
    const first = await heard.message(/^Thread a could not be told to stop\. Thread c could not/);
    assert.deepEqual(first.buttons, ['Try Again']);
    first.click('Try Again');
    (await heard.message(/^Thread a could not be told to stop\.$/)).click('Try Again');
    await end;
    assert.deepEqual(done, ['a', 'b', 'c', 'a', 'c', 'a']);
    assert.equal(heard.said, '');
  });

  it('does not wait for the answer about those that have not answered', async () => {
    outcomes = { a: ['unanswered'], b: [untold('b')] };
    const end = kill('a', 'b');
    const unanswered = await heard.message(/^“Task a” did not answer/);
    (await heard.message(/^Thread b could not/)).click('Try Again');
    unanswered.click();
    await end;
    assert.deepEqual(done, ['a', 'b', 'b']);
  });

  it('is reported as what it is where it is a fault of ours', async () => {
    outcomes = { a: [new TypeError('oops')] };
    await assert.rejects(kill('a'), TypeError);
    assert.equal(heard.said, '');
  });
});
