import assert from 'node:assert/strict';
import type { AppServer } from '../../../src/appServer/appServer';
import { AppServerRequestError } from '../../../src/appServer/requestError';
import { UserError } from '../../../src/base/userError';
import { steerTurn } from '../../../src/threads/steerTurn';

/** A server that answers in turn with these refusals, and then takes everything; `turns` says which it was asked for. */
function serverThatSays(...refusals: string[]): Pick<AppServer, 'request'> & { turns: unknown[] } {
  const turns: unknown[] = [];
  const request = (method: string, params: { expectedTurnId: string }): Promise<unknown> => {
    turns.push(params.expectedTurnId);
    const refusal = refusals.shift();
    return refusal === undefined
      ? Promise.resolve({})
      : Promise.reject(new AppServerRequestError(method, -32600, refusal));
  };
  return { turns, request: request as AppServer['request'] };
}

describe('steering a turn', () => {
  it('goes to the turn that codex names, where it has another id than was announced', async () => {
    const server = serverThatSays('expected active turn id `a` but found `b`');
    await steerTurn(server, 'thread', 'a', 'more');
    assert.deepEqual(server.turns, ['a', 'b']);
  });

  for (const [refusals, message] of [
    [['no active turn to steer'], /ended.*Resume/],
    [['expected active turn id `a` but found `b`', 'cannot steer a review turn'], /no further words.*Resume/],
    [['something else'], /would not take this: something else/],
  ] as const) {
    it(`says what to do when codex says "${refusals.at(-1)}"`, async () => {
      const steering = steerTurn(serverThatSays(...refusals), 'thread', 'a', 'more');
      await assert.rejects(steering, (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});
