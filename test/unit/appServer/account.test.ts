import assert from 'node:assert/strict';
import { readLogin } from '../../../src/appServer/account';
import { fakeCodex, withFake } from './startFake';

describe('readLogin', () => {
  const cases = [
    { answer: { account: { type: 'apiKey' }, requiresOpenaiAuth: true }, login: 'loggedIn' },
    { answer: { account: null, requiresOpenaiAuth: true }, login: 'loggedOut' },
    { answer: { account: null, requiresOpenaiAuth: false }, login: 'notNeeded' },
    { answer: { requiresOpenaiAuth: true }, login: 'unknown' },
    { answer: 'yes', login: 'unknown' },
  ];
  for (const { answer, login } of cases) {
    it(`takes ${JSON.stringify(answer)} for ${login}`, () =>
      withFake('', async (server) => assert.equal(await readLogin(server), login), {
        codex: fakeCodex('tellsAccount', JSON.stringify(answer)),
      }));
  }

  it('does not know when codex refuses to say or is gone', () =>
    withFake('refusesAccount', async (server) => {
      assert.equal(await readLogin(server), 'unknown');
      await server.stop();
      assert.equal(await readLogin(server), 'unknown');
    }));
});
