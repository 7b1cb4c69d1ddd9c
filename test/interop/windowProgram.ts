// One window in a process of its own, which ends with its IPC channel:
// node --import tsx windowProgram.ts ROOT CODEX LAYOUT FOLDER
import type { StateLayoutChoice } from '../../src/threads/codexLauncher';
import { sourceGuard } from '../support/sourceGuard';
import { EditorWindow, runsFolder } from './editorWindow';

export interface WindowRequest {
  readonly id: number;
  /** `run`: a prompt, answered with the id of the thread. `kill`: a thread, answered with what came of it. */
  readonly verb: 'run' | 'kill' | 'rows';
  readonly operand: string;
}

const [rootPath = '', codexPath = '', layout, cwd = ''] = process.argv.slice(2);
const guard = sourceGuard(runsFolder(rootPath), rootPath);
const stateLayout = layout as StateLayoutChoice;
const window = await EditorWindow.open(rootPath, { codexPath, stateLayout, guard });

const verbs: Record<WindowRequest['verb'], (operand: string) => unknown> = {
  run: async (prompt) => (await window.run(prompt, cwd)).threadId,
  kill: (threadId) => window.killer.kill(threadId),
  rows: () => [...window.store.all()].map(({ id, status, owner, reason }) => ({ id, status, owner, reason })),
};

process.on('message', ({ id, verb, operand }: WindowRequest) => {
  const done = Promise.resolve(verbs[verb](operand));
  void done.then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
process.once('disconnect', () => {
  void window.dispose();
  guard.dispose();
});
process.send?.({ id: 0 });
