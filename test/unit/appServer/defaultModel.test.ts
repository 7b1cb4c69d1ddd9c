import assert from 'node:assert/strict';
import type { AppServer } from '../../../src/appServer/appServer';
import { readDefaultModel } from '../../../src/appServer/defaultModel';

/** Answers by method; a method without one is unknown to the server. */
function serverWith(answers: Record<string, unknown>): Pick<AppServer, 'request'> {
  const request = (method: string): Promise<unknown> =>
    method in answers ? Promise.resolve(answers[method]) : Promise.reject(new Error('method not found'));
  return { request } as Pick<AppServer, 'request'>;
}

describe("codex's own model", () => {
  const list = {
    data: [null, { model: 'other', isDefault: false }, { model: 'listed', isDefault: true }],
  };
  const cases: [what: string, answers: Record<string, unknown>, expected: string | undefined][] = [
    ['is that of config.toml', { 'config/read': { config: { model: 'mine' } }, 'model/list': list }, 'mine'],
    [
      'else the default of the list',
      { 'config/read': { config: { model: null } }, 'model/list': list },
      'listed',
    ],
    [
      'is that of the profile, where codex knows profiles in config.toml',
      { 'config/read': { config: { model: 'mine', profile: 'p', profiles: { p: { model: 'of p' } } } } },
      'of p',
    ],
    [
      'is that of config.toml when its profile names none',
      { 'config/read': { config: { model: 'mine', profile: 'p', profiles: { p: {} } } } },
      'mine',
    ],
    [
      'is not guessed from the list when codex does not tell its configuration',
      { 'model/list': list },
      undefined,
    ],
    ['is unknown when there is no default', { 'config/read': { config: {} }, 'model/list': {} }, undefined],
    ['is unknown when the answer is strange', { 'config/read': 'yes', 'model/list': list }, undefined],
    ['is unknown to a codex without a list', { 'config/read': { config: { model: '' } } }, undefined],
  ];
  for (const [what, answers, expected] of cases) {
    it(what, async () => assert.equal(await readDefaultModel(serverWith(answers), '/work'), expected));
  }
});
