import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { AGAIN, tellInUse } from '../../src/commands/tellInUse';
import type { ThreadHolder, ThreadHolders } from '../../src/threads/threadHolder';
import { Overheard } from './overheard';

describe('the message that a thread is in use', () => {
  let heard: Overheard;
  let released: number[];

  beforeEach(() => {
    heard = new Overheard(vscode);
    released = [];
  });
  afterEach(() => heard.dispose());

  const broker = { pid: 9, socket: '/nowhere', version: '1' };
  /** Tells of it, and clicks; who has it, the buttons, and what comes of it. */
  const told = async (
    holder: ThreadHolder,
    click?: string,
    release: 'released' | 'busy' = 'released',
  ): Promise<{ text: string; buttons: readonly string[]; end: Promise<string | undefined> }> => {
    const holders = {
      find: (threadId: string) => Promise.resolve(threadId === 'thread' ? holder : assert.fail(threadId)),
      release: ({ pid }: { pid: number }) => {
        released.push(pid);
        return Promise.resolve(release);
      },
    };
    const end = tellInUse(holders as unknown as ThreadHolders, 'thread', (who) => `It is in use ${who}.`);
    const message = await heard.message(/^It is in use /);
    message.click(click);
    return { ...message, end };
  };

  it('names who has it', async () => {
    for (const [holder, who] of [
      [{ kind: 'running', owner: 'thisWindow', pid: 7 }, 'by this window (process 7)'],
      [{ kind: 'running', owner: 'anotherWindow', pid: 7 }, 'by another window (process 7)'],
      [{ kind: 'running', owner: 'anotherWindow', pid: undefined }, 'by another window'],
      [{ kind: 'running', owner: 'cli', pid: 7 }, 'by a run of the codex-collab command line (process 7)'],
      [{ kind: 'unknown' }, 'by another program, perhaps the Codex app or a terminal'],
    ] as const) {
      const { text, buttons, end } = await told(holder);
      assert.equal(text, `It is in use ${who}.`);
      assert.deepEqual(buttons, ['Try Again']);
      assert.equal(await end, undefined);
    }
  });

  it('lets the person try again', async () => {
    const { end } = await told({ kind: 'unknown' }, 'Try Again');
    assert.equal(await end, AGAIN);
  });

  it('asks the broker of the command line to let go when the person wants that, and not before', async () => {
    const closed = await told({ kind: 'broker', broker });
    assert.match(
      closed.text,
      /probably by the codex-collab command line, whose broker \(process 9\) keeps threads/,
    );
    assert.deepEqual(closed.buttons, ['Try Again', 'Ask It to Let Go']);
    assert.equal(await closed.end, undefined);
    assert.equal(await (await told({ kind: 'broker', broker }, 'Try Again')).end, AGAIN);
    assert.deepEqual(released, []);
    assert.equal(await (await told({ kind: 'broker', broker }, 'Ask It to Let Go')).end, AGAIN);
    assert.deepEqual(released, [9]);
  });

  it('says so when that is busy', async () => {
    const { end } = await told({ kind: 'broker', broker }, 'Ask It to Let Go', 'busy');
    await assert.rejects(end, /The command line is running a turn in that folder just now/);
  });
});
