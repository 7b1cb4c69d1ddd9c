import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { UserError } from '../../../src/base/userError';
import { parseCliConfig, readCliConfig } from '../../../src/state/cliConfig';
import { useScratchRoot } from './scratchRoot';

describe('the config of the CLI', () => {
  const root = useScratchRoot();
  beforeEach(async () => await mkdir(root().path));

  it('may be missing, or empty', async () => {
    const empty = { kind: 'ok', config: {}, warnings: [] };
    assert.deepEqual(await readCliConfig(root()), empty);
    await writeFile(root().configFile, '');
    assert.deepEqual(await readCliConfig(root()), empty);
  });

  it('gives valid values, ignores unknown keys, and warns of invalid values', async () => {
    const good = {
      model: 'gpt-6.1-sol',
      reasoning: 'high',
      sandbox: 'read-only',
      approval: 'auto',
      timeout: 60,
    };
    await writeFile(root().configFile, JSON.stringify({ ...good, memory: true, own: 1 }));
    assert.deepEqual(await readCliConfig(root()), { kind: 'ok', config: good, warnings: [] });
    const bad = { model: 'a b', reasoning: 'huge', sandbox: 7, approval: null, timeout: 0 };
    await writeFile(root().configFile, JSON.stringify({ ...bad, model: 'm' }));
    const reading = await readCliConfig(root());
    assert.ok(reading.kind === 'ok');
    assert.deepEqual(reading.config, { model: 'm' });
    assert.equal(reading.warnings.length, 4);
  });

  it('that cannot be used comes with a button that opens it', async () => {
    for (const text of ['{bad', '[]', 'null']) {
      await writeFile(root().configFile, text);
      const reading = await readCliConfig(root());
      assert.ok(reading.kind === 'invalid' && reading.error instanceof UserError);
      assert.deepEqual(reading.error.remedies, [{ kind: 'openFile', path: root().configFile }]);
    }
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        parseCliConfig(text, 'config.json');
      }),
    );
  });
});
