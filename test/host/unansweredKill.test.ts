import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { killThreads } from '../../src/commands/killThreads';
import type { KillOutcome } from '../../src/threads/killThread';
import type { ThreadOwner } from '../../src/threads/thread';
import { ThreadStore } from '../../src/threads/threadStore';
import { sampleThread } from '../support/sampleThread';
import { Overheard } from './overheard';

describe('a kill that nobody answers', () => {
  let heard: Overheard;
  let threads: ThreadStore;
  let done: string[];
  /** What the next kills come to; `stopped` when there is nothing left. */
  let outcomes: KillOutcome[];

  beforeEach(() => {
    heard = new Overheard(vscode);
    threads = new ThreadStore();
    [done, outcomes] = [[], []];
  });
  afterEach(() => {
    heard.dispose();
    threads.dispose();
  });

  const kill = (owners: Record<string, ThreadOwner>, isForced = true): Promise<void> => {
    const given = Object.entries(owners).map(([id, owner]) => sampleThread({ id, owner, status: 'running' }));
    threads.update(given.map((thread) => [thread.id, thread] as const));
    const killer = {
      kill: (id: string) => {
        done.push(`kill ${id}`);
        return Promise.resolve(outcomes.shift() ?? 'stopped');
      },
      forceStop: (id: string) => {
        done.push(`force ${id}`);
        return Promise.resolve(isForced);
      },
    };
    return killThreads(killer, threads, Object.keys(owners));
  };
  const unanswered = /^.* did not answer the kill within 5 seconds and still runs/;

  it('is told of with the way to try again', async () => {
    outcomes = ['unanswered'];
    const end = kill({ a: 'cli' });
    const { text, click } = await heard.message(unanswered);
    assert.match(text, /^“Task a” did not answer/);
    click('Try Again');
    await end;
    assert.deepEqual(done, ['kill a', 'kill a']);
    assert.equal(heard.said, '');
  });

  it('is not offered force where a process is not known to be ours', async () => {
    for (const owners of [{ a: 'cli' }, { a: 'anotherWindow', b: 'cli' }] as const) {
      outcomes = Object.keys(owners).map(() => 'unanswered');
      const end = kill(owners);
      const { buttons, click } = await heard.message(unanswered);
      assert.deepEqual(buttons, ['Try Again']);
      click();
      await end;
    }
    assert.deepEqual(done, ['kill a', 'kill a', 'kill b']);
  });

  it('is offered force for those alone that have not answered', async () => {
    outcomes = ['stopped', 'unanswered'];
    const end = kill({ a: 'cli', b: 'anotherWindow' });
    const { buttons, click } = await heard.message(/^“Task b” did not answer/);
    assert.deepEqual(buttons, ['Try Again', 'Force Stop']);
    click('Force Stop');
    await end;
    assert.deepEqual(done, ['kill a', 'kill b', 'force b']);
  });

  it('says so when force has found nothing to end', async () => {
    outcomes = ['unanswered'];
    const end = kill({ a: 'anotherWindow' }, false);
    (await heard.message(unanswered)).click('Force Stop');
    await assert.rejects(end, /No process of “Task a” was found that is known to be ours to end\./);
  });
});
