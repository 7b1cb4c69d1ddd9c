import { UserError } from '../base/userError';
import type { KillOutcome, ThreadKiller } from '../threads/killThread';
import type { Thread } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { pickThreads } from './pickThread';
import { messages } from '../vscode/messages';

/** *Codex: Kill*: ends the turns of these threads, or of those that the person picks. */
export async function killThreads(
  killer: ThreadKiller,
  threads: ThreadReader,
  ids: readonly string[],
): Promise<void> {
  const chosen =
    ids.length > 0 ? ids : await pickThreads(threads.active(), 'Kill the turns of which threads?');
  await killAll(
    killer,
    chosen.flatMap((id) => threads.get(id) ?? []),
  );
}

/** *Codex: Stop All Turns*. */
export async function stopAll(killer: ThreadKiller, threads: ThreadReader): Promise<void> {
  await killAll(killer, threads.active());
}

async function killAll(killer: ThreadKiller, threads: readonly Thread[]): Promise<void> {
  const outcomes = await Promise.allSettled(threads.map(({ id }) => killer.kill(id)));
  const unanswered = threads.filter((_, i) => isUnanswered(outcomes[i]));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (unanswered.length > 0) await offerMore(killer, unanswered);
  if (failed !== undefined) throw failed.reason;
}

function isUnanswered(outcome: PromiseSettledResult<KillOutcome> | undefined): boolean {
  return outcome?.status === 'fulfilled' && outcome.value === 'unanswered';
}

/** Whoever runs these has not answered: says so, and offers what can still be done. */
async function offerMore(killer: ThreadKiller, threads: readonly Thread[]): Promise<void> {
  const names = threads.map(({ title }) => `“${title}”`).join(', ');
  const canForce = threads.every(({ owner }) => owner === 'anotherWindow');
  const pick = await messages.warn(
    `${names} did not answer the kill within 5 seconds and still runs. The signal stays: it ends as soon as its owner looks.`,
    'Try Again',
    ...(canForce ? ['Force Stop'] : []),
  );
  if (pick === 'Try Again') await killAll(killer, threads);
  if (pick !== 'Force Stop') return;
  const stopped = await Promise.all(threads.map(({ id }) => killer.forceStop(id)));
  const left = threads.filter((_, i) => stopped[i] === false);
  if (left.length === 0) return;
  const missed = left.map(({ title }) => `“${title}”`).join(', ');
  throw new UserError(`No process of ${missed} was found that is known to be ours to end.`);
}
