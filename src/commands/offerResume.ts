import type { ErrorReporter } from '../vscode/errorReporting';
import type { ThreadResumer } from '../threads/resumeThread';
import type { Thread } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { messages } from '../vscode/messages';

export const CONTINUE_PROMPT = 'Continue where you stopped.';

/** What offering to resume needs. */
export interface OfferTargets {
  /** The threads that the window shows. */
  readonly threads: ThreadReader;
  readonly resumer: ThreadResumer;
  readonly errors: ErrorReporter;
}

/** After a reload: says which turns it has interrupted, and goes on with them at one click. */
export async function offerResume(targets: OfferTargets, threadIds: readonly string[]): Promise<void> {
  const { threads, resumer, errors } = targets;
  const lost = threadIds
    .flatMap((id) => threads.get(id) ?? [])
    .filter(({ status }) => status === 'interrupted');
  if (lost.length === 0 || (await messages.info(textOf(lost), 'Resume')) === undefined) return;
  const results = await Promise.allSettled(lost.map((thread) => resume(resumer, thread)));
  for (const result of results) if (result.status === 'rejected') void errors.report(result.reason);
}

function textOf(lost: readonly Thread[]): string {
  const names = lost.map(({ title }) => `“${title}”`).join(', ');
  return lost.length === 1
    ? `Codex was interrupted when its window went away: ${names}.`
    : `${lost.length} Codex turns were interrupted when their window went away: ${names}.`;
}

async function resume(resumer: ThreadResumer, thread: Thread): Promise<void> {
  const prepared = await resumer.prepare(thread);
  try {
    await resumer.start(prepared, CONTINUE_PROMPT);
  } finally {
    prepared.dispose();
  }
}
