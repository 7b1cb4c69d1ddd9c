/** Every id that package.json contributes, once. A test holds the two equal. */

export const CommandId = {
  runTask: 'codexCollab.runTask',
  resumeThread: 'codexCollab.resumeThread',
  killThread: 'codexCollab.killThread',
  stopAll: 'codexCollab.stopAll',
  renameThread: 'codexCollab.renameThread',
  importThreads: 'codexCollab.importThreads',
  deleteThread: 'codexCollab.deleteThread',
  restoreThread: 'codexCollab.restoreThread',
  deleteThreadPermanently: 'codexCollab.deleteThreadPermanently',
  showMoreArchived: 'codexCollab.showMoreArchived',
  copyThreadId: 'codexCollab.copyThreadId',
  copyText: 'codexCollab.copyText',
  copyResumeCommand: 'codexCollab.copyResumeCommand',
  openFolder: 'codexCollab.openFolder',
  openTranscript: 'codexCollab.openTranscript',
  openLog: 'codexCollab.openLog',
  openChanges: 'codexCollab.openChanges',
  openFileChange: 'codexCollab.openFileChange',
  revertChanges: 'codexCollab.revertChanges',
  revertTurn: 'codexCollab.revertTurn',
  revertFile: 'codexCollab.revertFile',
  showActiveTurns: 'codexCollab.showActiveTurns',
  approve: 'codexCollab.approve',
  approveForSession: 'codexCollab.approveForSession',
  decline: 'codexCollab.decline',
  declineAndStop: 'codexCollab.declineAndStop',
  showRequestedChanges: 'codexCollab.showRequestedChanges',
  answerQuestion: 'codexCollab.answerQuestion',
  showAllWorkspaces: 'codexCollab.showAllWorkspaces',
  showThisWorkspace: 'codexCollab.showThisWorkspace',
  refresh: 'codexCollab.refresh',
  cleanUp: 'codexCollab.cleanUp',
  showProcesses: 'codexCollab.showProcesses',
  checkSetup: 'codexCollab.checkSetup',
  setCodexPath: 'codexCollab.setCodexPath',
  installCodex: 'codexCollab.installCodex',
  logIn: 'codexCollab.logIn',
  showMore: 'codexCollab.showMore',
  showLog: 'codexCollab.showLog',
} as const;

export type CommandId = (typeof CommandId)[keyof typeof CommandId];

export const ViewId = { threads: 'codexCollab.threads' } as const;

/** Custom editors: the `viewType` of each. */
export const EditorId = { transcript: 'codexCollab.transcript' } as const;

/** Context keys that `when` clauses of package.json read. */
export const ContextKey = {
  /** `found` or `missing`; unset until it has been looked for. */
  codex: 'codexCollab.codex',
  /** Whether a turn is active, and whether one waits for the person. */
  active: 'codexCollab.active',
  waiting: 'codexCollab.waiting',
  /** Whether a run asks something that is to be answered in words, with `codex-collab ask` for instance. */
  asked: 'codexCollab.asked',
  /** `thisWorkspace` or `allWorkspaces`: which threads the view shows. */
  scope: 'codexCollab.scope',
} as const;

/** Settings, without the section in front. */
export const Setting = {
  codexPath: 'codexPath',
  model: 'model',
  reasoningEffort: 'reasoningEffort',
  sandbox: 'sandbox',
  approvalPolicy: 'approvalPolicy',
  timeoutSeconds: 'timeoutSeconds',
  stateLayout: 'stateLayout',
  usePolling: 'usePolling',
  notifications: 'notifications',
} as const;

export const SETTINGS_SECTION = 'codexCollab';

/** `viewItem` of a row, by which menus of package.json choose. */
export type RowContext = 'folder' | 'group' | 'more' | `thread.${string}`;
