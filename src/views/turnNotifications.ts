import * as vscode from 'vscode';
import { duration } from '../base/duration';
import type { Disposable } from '../base/disposable';
import type { Log } from '../base/log';
import { errorText } from '../base/userError';
import type { LiveRuns } from '../threads/liveRuns';
import { titleOf } from '../threads/threadTitle';
import type { RunOutcome } from '../threads/turnEnding';
import type { TurnRun } from '../threads/turnRun';
import { CommandId } from '../vscode/contributions';
import { messages } from '../vscode/messages';
import { notifications } from '../vscode/settings';
import { isLookedAt } from './lookedAt';

/** What the buttons of a notification lead to. */
const ACTIONS: Readonly<Record<string, CommandId>> = {
  Open: CommandId.openTranscript,
  Changes: CommandId.openChanges,
  Resume: CommandId.resumeThread,
};

/** Tells when a run of this window has ended. */
export class TurnNotifications implements vscode.Disposable {
  readonly #subscription: Disposable;

  constructor(runs: LiveRuns, log: Log) {
    this.#subscription = runs.onDidEnd((run) => {
      tellEnd(run).catch((error: unknown) => log.error(`A notification failed: ${errorText(error)}`));
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

async function tellEnd(run: TurnRun): Promise<void> {
  const { outcome } = run;
  // A kill was somebody's own doing, and what one looks at needs no telling.
  if (outcome === undefined || outcome.status === 'interrupted' || isLookedAt(run.threadId)) return;
  if (notifications() !== 'all') return;
  const title = titleOf(run.prompt, run.shortId);
  const pick =
    outcome.status === 'completed'
      ? await messages.info(
          `Codex finished: ${title} (${facts(outcome)}).`,
          ...(outcome.filesChanged === 0 ? ['Open'] : ['Open', 'Changes']),
        )
      : await messages.error(
          `Codex could not finish “${title}”: ${sentence(outcome.reason ?? 'no reason was given')}`,
          'Open',
          'Resume',
        );
  const command = ACTIONS[pick ?? ''];
  if (command === undefined) return;
  // To Resume one click is enough, but not for a prompt that codex never got: there is nothing to continue then.
  const atOnce = run.turn.id !== undefined;
  await vscode.commands.executeCommand(command, { kind: 'thread', id: run.threadId, atOnce });
}

function facts({ durationMs, filesChanged }: RunOutcome): string {
  const time = duration(durationMs);
  if (filesChanged === 0) return time;
  return `${time}, ${filesChanged === 1 ? '1 file' : `${filesChanged} files`}`;
}

function sentence(text: string): string {
  return /[.!?]$/u.test(text) ? text : `${text}.`;
}
