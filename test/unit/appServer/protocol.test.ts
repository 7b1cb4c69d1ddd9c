import assert from 'node:assert/strict';
import { compareProtocol } from '../../support/generateProtocol';

describe('The protocol types', () => {
  it('are those of the installed codex, and no more than src/ uses (npm run protocol)', async () => {
    assert.deepEqual(await compareProtocol(), { missing: [], changed: [], superfluous: [] });
  });
});
