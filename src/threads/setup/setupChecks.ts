import type { SharedState } from '../../state/sharedState';
import type { StateRoot } from '../../state/stateRoot';
import type { CodexLauncher } from '../codexLauncher';
import type { ThreadStore } from '../threadStore';
import { withinReason } from './checkResult';
import type { CheckResult } from './checkResult';
import { checkCodex } from './codexCheck';
import { checkFolder } from './folderCheck';
import { checkRunDefaults } from './runDefaultsCheck';

/** What is checked, with its title, in the order in which it is shown. */
export const SETUP_CHECKS = {
  codex: 'Codex',
  login: 'Login',
  trust: 'Workspace Trust',
  folder: 'Shared Folder',
  runDefaults: 'Run Defaults',
  watching: 'File Watching',
} as const;

export type SetupCheck = keyof typeof SETUP_CHECKS;

export interface SetupParts {
  readonly launcher: CodexLauncher;
  readonly root: Pick<StateRoot, 'path' | 'configFile'>;
  readonly state: Pick<SharedState, 'problems' | 'watching'>;
  readonly store: Pick<ThreadStore, 'all'>;
}

/** What the editor knows. */
export interface SetupWindow {
  readonly isTrusted: boolean;
  /** Where a run would work. */
  readonly cwd: string;
  /** Its name, where there are several such folders. */
  readonly folderName: string | undefined;
  /** What the setting says now; it counts when a window opens. */
  readonly usePolling: boolean;
}

/** How long a person waits for a check (ms). */
const PATIENCE_MS = 8000;

/** Starts all checks at once. None of them rejects or goes on for long, and nothing of them stays. */
export function startSetupChecks(
  { launcher, root, state, store }: SetupParts,
  { isTrusted, cwd, folderName, usePolling }: SetupWindow,
  patienceMs = PATIENCE_MS,
): Record<SetupCheck, Promise<CheckResult>> {
  // A program that only hangs is to be told by its own error, which says more.
  const { codex, login } = checkCodex(launcher, patienceMs * 0.6);
  const threadCount = [...store.all()].length;
  const folder = checkFolder({ path: root.path, threadCount, problems: state.problems });
  const runDefaults = checkRunDefaults(launcher, { cwd, folderName, configFile: root.configFile });
  return {
    codex: withinReason(codex, patienceMs),
    login: withinReason(login, patienceMs),
    trust: Promise.resolve(trustResult(isTrusted)),
    folder: withinReason(folder, patienceMs),
    runDefaults: withinReason(runDefaults, patienceMs),
    watching: Promise.resolve(watchingResult(state.watching, usePolling)),
  };
}

function trustResult(isTrusted: boolean): CheckResult {
  if (isTrusted) return { verdict: 'pass', fact: 'Trusted' };
  return {
    verdict: 'warning',
    fact: 'Not trusted',
    detail: 'Threads are shown, but Codex runs nothing here, and no setting of the workspace counts.',
    remedies: [{ kind: 'manageTrust' }],
  };
}

function watchingResult({ usePolling, refused }: SharedState['watching'], isWanted: boolean): CheckResult {
  const remedies = [{ kind: 'openSettings', query: 'codexCollab.usePolling' } as const];
  const fact = usePolling ? 'Polling, once a second' : 'By events of the file system';
  if (usePolling !== isWanted) {
    const detail = `${isWanted ? 'Polling begins' : 'Polling ends'} when the window is reloaded.`;
    return { verdict: 'warning', fact, detail, remedies };
  }
  if (refused === 0) return { verdict: 'pass', fact };
  const folders = refused === 1 ? '1 folder is' : `${refused} folders are`;
  const detail = `The system does not watch them all: ${folders} looked at every few seconds only. On Linux, raise fs.inotify.max_user_watches; or turn polling on.`;
  return { verdict: 'warning', fact, detail, remedies };
}
