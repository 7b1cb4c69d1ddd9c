import assert from 'node:assert/strict';
import { eventually } from './eventually';
import { ModelStub } from './modelStub/modelStub';
import { assertNoProcessOf } from './processes';
import { createScratchHome } from './scratchHome';
import type { ScratchHome } from './scratchHome';
import { Workbench } from './workbench';

export interface WorkbenchSuiteOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Further lines of codex's config.toml. */
  readonly config?: string;
  /** What is to be there before the window opens. */
  readonly prepare?: (home: ScratchHome, folder: string) => Promise<void> | void;
}

/** What the tests of one `describe` share; nothing of it is there before its `before` hooks. */
export interface WorkbenchSuite {
  readonly workbench: Workbench;
  readonly home: ScratchHome;
  /** The folder that is open in the window: a git repository with one commit. */
  readonly folder: string;
  readonly stub: ModelStub;
  /** Waits until the text of the threads tree matches, and returns it. */
  readonly sees: (pattern: RegExp, options?: { deadlineMs?: number }) => Promise<string>;
}

/**
 * Gives the tests of the `describe` that calls it a window with one folder, the view Codex open, a home of its own
 * and the offline model; ends all of it after them, and fails when a process is left. Hooks run in the order in
 * which they are registered: an `after` that needs the window or the home stands before the call, a `before` behind.
 */
export function useWorkbench(options: WorkbenchSuiteOptions = {}): WorkbenchSuite {
  let stub: ModelStub | undefined;
  let home: ScratchHome | undefined;
  let folder: string | undefined;
  let workbench: Workbench | undefined;

  before(async () => {
    stub = await ModelStub.start();
    home = await createScratchHome({ modelBaseUrl: stub.baseUrl, config: options.config ?? '' });
    folder = await home.workspace('sample');
    await options.prepare?.(home, folder);
    workbench = await Workbench.start({ home, workspace: folder, settings: options.settings ?? {} });
    await workbench.openView('Codex');
  });
  afterEach(async function () {
    await workbench?.recordFailure(this.currentTest);
  });
  after(async () => {
    await workbench?.end();
    await stub?.stop();
    if (home === undefined) return;
    await assertNoProcessOf(home.home);
    await home.dispose();
  });

  const started = <T>(part: T | undefined): T => part ?? assert.fail('The window has not been started.');
  return {
    get workbench() {
      return started(workbench);
    },
    get home() {
      return started(home);
    },
    get folder() {
      return started(folder);
    },
    get stub() {
      return started(stub);
    },
    sees: (pattern, timing) =>
      eventually(
        () => started(workbench).tree().text(),
        (text) => assert.match(text, pattern),
        timing,
      ),
  };
}
