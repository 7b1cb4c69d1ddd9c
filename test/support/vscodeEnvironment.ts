import { delimiter, join } from 'node:path';
import { projectRoot } from './paths';

/** What belongs to the program that started us, and would confuse an editor: npm's, another editor's, tsx's. */
const foreign =
  /^(npm_|VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_ENV$|CODEX_HOME$|XDG_(CONFIG|DATA|CACHE|STATE)_HOME$|INIT_CWD$|PORT$|PASSWORD$|HASHED_PASSWORD$|CODE_SERVER_)/;

/**
 * The environment of an editor that we start: ours without what belongs to others, with `home` as the home
 * folder, the codex of node_modules first on the PATH, and `extra` on top.
 */
export function editorEnvironment(home: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  const path = [join(projectRoot, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return {
    ...Object.fromEntries(inherited),
    PATH: path,
    HOME: home,
    // Keeps the server from asking a login shell for the environment: that one would bring the real home back.
    VSCODE_CLI: '1',
    ...extra,
  };
}
