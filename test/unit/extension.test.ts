import assert from 'node:assert/strict';
import { buildStartupBundle } from '../support/startupBundle';

/** What is needed by those alone who run a command, open a transcript, look at changes or start codex. */
const LATER = [
  /^src\/commands\/(?!registerCommands)/,
  /^src\/views\/transcriptSession/,
  /^src\/threads\/changes\/(changedContents|revertPlan)/,
  /^src\/appServer\/connection/,
  /^src\/transcript\/page/,
  /\/node_modules\/|^node_modules\//,
];

describe('what a window reads before anything is used', () => {
  it('holds nothing that can wait', async () => {
    const { modules } = await buildStartupBundle();
    assert.ok(modules.has('src/extension.ts') && modules.has('src/views/threadsTree.ts'));
    const early = [...modules].filter((module) => LATER.some((pattern) => pattern.test(module)));
    assert.deepEqual(early, []);
  });
});
