import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CodexContext } from '../../src/vscode/codexContext';
import { eventually } from '../support/eventually';

describe('whether codex is there', () => {
  let context: CodexContext;
  let windowState: vscode.EventEmitter<{ readonly focused: boolean }>;
  let looks: ((isFound: boolean) => void)[];

  beforeEach(() => {
    windowState = new vscode.EventEmitter();
    looks = [];
    const isFound = (): Promise<boolean> => new Promise((resolve) => looks.push(resolve));
    context = new CodexContext(isFound, windowState.event);
  });
  afterEach(() => {
    context.dispose();
    windowState.dispose();
  });

  const answer = (isFound: boolean): void => looks.shift()?.(isFound);
  const looked = (): Promise<unknown> =>
    eventually(
      () => looks.length,
      (count) => assert.equal(count, 1),
    );
  const says = (state: CodexContext['state']): Promise<unknown> =>
    eventually(
      () => context.state,
      (now) => assert.equal(now, state),
    );

  it('is not said before it was looked for', async () => {
    assert.equal(context.state, undefined);
    answer(true);
    await says('found');
  });

  it('is what the look found that began last, however many overlap', async () => {
    const updates = [context.update(), context.update()];
    assert.equal(looks.length, 1, 'one at a time');
    answer(false);
    await looked();
    answer(true);
    await Promise.all(updates);
    assert.equal(context.state, 'found');
    assert.equal(looks.length, 0);
  });

  it('is looked at again when the person comes back to the window, but only while it is missing', async () => {
    answer(false);
    await says('missing');
    windowState.fire({ focused: false });
    assert.equal(looks.length, 0);
    windowState.fire({ focused: true });
    await looked();
    answer(true);
    await says('found');
    windowState.fire({ focused: true });
    assert.equal(looks.length, 0);
  });

  it('is looked at no more after the end', async () => {
    answer(false);
    await says('missing');
    context.dispose();
    windowState.fire({ focused: true });
    assert.equal(looks.length, 0);
  });
});
