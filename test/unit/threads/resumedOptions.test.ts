import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskBench } from '../../support/taskBench';

describe('the options of a thread that is resumed', () => {
  let bench: TaskBench;
  let settings: { model?: string; reasoningEffort?: string };
  let threadId: string;
  const open = async (first: typeof settings, config = ''): Promise<void> => {
    settings = first;
    bench = await TaskBench.open({ preferences: settings, config });
    const run = await bench.run('say:one');
    threadId = run.threadId;
    await run.ended;
  };
  afterEach(() => bench.close());

  const asked = (): string => {
    const { model, effort } = bench.stub.requests.at(-1) ?? {};
    return `${model} ${effort}`;
  };
  const resume = async (): Promise<string> => {
    const run = await bench.resume(threadId, 'say:two');
    assert.equal((await run.ended).status, 'completed');
    return `${asked()}, shown as ${run.model}`;
  };

  const clear = (): void => {
    delete settings.model;
    delete settings.reasoningEffort;
  };

  it('are sent anew each time', async () => {
    await open({ model: 'offline-code-mode', reasoningEffort: 'high' });
    assert.equal(asked(), 'offline-code-mode high');
    assert.equal(await resume(), 'offline-code-mode high, shown as offline-code-mode');
    Object.assign(settings, { model: 'offline', reasoningEffort: 'low' });
    assert.equal(await resume(), 'offline low, shown as offline');
  });

  it("are codex's own again once the settings are cleared", async () => {
    await open({ model: 'offline-code-mode', reasoningEffort: 'high' });
    clear();
    assert.equal(await resume(), 'offline medium, shown as offline');
  });

  it("takes the model's own effort once only that setting is cleared", async () => {
    await open({ model: 'offline-code-mode', reasoningEffort: 'high' });
    delete settings.reasoningEffort;
    assert.equal(await resume(), 'offline-code-mode medium, shown as offline-code-mode');
  });

  it('are those of config.toml, and without a model there the default of the list', async () => {
    await open({ model: 'offline-code-mode', reasoningEffort: 'high' }, 'model_reasoning_effort = "low"');
    clear();
    const file = join(bench.home.codexHome, 'config.toml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('model = "offline"\n', ''));
    assert.equal(await resume(), 'offline low, shown as offline');
  });
});
