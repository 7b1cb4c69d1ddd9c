import { stat } from 'node:fs/promises';
import { errorCode, errorText, UserError } from '../base/userError';
import { type AppServerExit, describeExit } from './appServerProcess';
import { AppServerRequestError } from './requestError';

/** Says why there is no process: `error` is what `spawn` failed with. */
export async function spawnFailure(command: string, cwd: string, error: unknown): Promise<UserError> {
  // For a folder that is gone, spawn reports ENOENT of the command.
  const isFolder = await stat(cwd).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return new UserError(`The folder ${cwd} does not exist.`, { cause: error });
  const code = errorCode(error);
  if (code === 'ENOENT') {
    return new UserError(`Codex was not found at ${command}. Install it, or set its path.`, {
      remedies: [{ kind: 'setCodexPath' }, { kind: 'installCodex' }],
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new UserError(`${command} may not be executed. Check its permissions, or set another path.`, {
      remedies: [{ kind: 'setCodexPath' }],
      cause: error,
    });
  }
  return new UserError(
    `${command} could not be started (${errorText(error)}). Is it codex for this machine?`,
    { remedies: [{ kind: 'setCodexPath' }, { kind: 'installCodex' }], cause: error },
  );
}

/** Says why a process did not become an app-server. `exit` is its end, be it by itself or by our stop. */
export function handshakeFailure(command: string, error: unknown, exit: AppServerExit): UserError {
  if (exit.kind === 'exited') return earlyExit(command, exit, error);
  if (error instanceof AppServerRequestError) {
    return new UserError(`${command} is not the app-server of codex: it answered "${error.message}".`, {
      remedies: [{ kind: 'setCodexPath' }, { kind: 'installCodex' }],
      cause: error,
    });
  }
  return new UserError(`${command} was started but is not ready: ${errorText(error)} Is it codex?`, {
    remedies: [{ kind: 'setCodexPath' }],
    cause: error,
  });
}

function earlyExit(command: string, exit: AppServerExit & { kind: 'exited' }, cause: unknown): UserError {
  if (exit.stderrTail.some((line) => /unrecognized subcommand|unexpected argument 'app-server'/.test(line))) {
    return new UserError(`The codex at ${command} is too old: it has no app-server. Update it.`, {
      remedies: [{ kind: 'installCodex' }, { kind: 'setCodexPath' }],
      cause,
    });
  }
  const hint = exit.stderrTail.length === 0 ? ` Is ${command} codex?` : '';
  return new UserError(`Codex could not start: ${describeExit(exit)}.${hint}`, {
    remedies: [{ kind: 'setCodexPath' }],
    cause,
  });
}
