import { errorText, UserError } from '../base/userError';
import type { KillOutcome, ThreadKiller } from '../threads/killThread';
import type { Thread } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { pickThreads } from './pickThread';
import { messages } from '../vscode/messages';

const TRY_AGAIN = 'Try Again';

/** What ends turns, of which it is told whether they have ended. */
export type TurnKiller = Pick<ThreadKiller, 'kill' | 'forceStop'>;

/** *Codex: Kill* on rows: ends the turns of these threads; those that do not run are left as they are. */
export async function killThreads(
  killer: TurnKiller,
  threads: ThreadReader,
  ids: readonly string[],
): Promise<void> {
  await killAll(
    killer,
    ids.flatMap((id) => threads.get(id) ?? []),
  );
}

/** *Codex: Kill* in the palette: the person picks; those that are selected in the view are ticked already. */
export async function killPicked(
  killer: TurnKiller,
  threads: ThreadReader,
  selected: readonly string[],
): Promise<void> {
  const ids = await pickThreads(threads.active(), 'Kill the turns of which threads?', selected);
  await killThreads(killer, threads, ids);
}

/** *Codex: Stop All Turns*. */
export async function stopAll(killer: TurnKiller, threads: ThreadReader): Promise<void> {
  await killAll(killer, threads.active());
}

async function killAll(killer: TurnKiller, threads: readonly Thread[]): Promise<void> {
  const outcomes = await Promise.allSettled(threads.map(({ id }) => killer.kill(id)));
  const unanswered = threads.filter((_, i) => isUnanswered(outcomes[i]));
  const untold = threads.flatMap((thread, i) => {
    const outcome = outcomes[i];
    return outcome?.status === 'rejected' ? [{ thread, reason: outcome.reason as unknown }] : [];
  });
  await Promise.all([
    ...(unanswered.length > 0 ? [offerMore(killer, unanswered)] : []),
    ...(untold.length > 0 ? [offerAgain(killer, untold)] : []),
  ]);
}

function isUnanswered(outcome: PromiseSettledResult<KillOutcome> | undefined): boolean {
  return outcome?.status === 'fulfilled' && outcome.value === 'unanswered';
}

/** These could not be told to stop, for a full disk for instance. @throws what needs more than another try */
async function offerAgain(
  killer: TurnKiller,
  untold: readonly { thread: Thread; reason: unknown }[],
): Promise<void> {
  const other = untold.find(({ reason }) => !(reason instanceof UserError) || reason.remedies.length > 0);
  if (other !== undefined) throw other.reason;
  const pick = await messages.error(untold.map(({ reason }) => errorText(reason)).join(' '), TRY_AGAIN);
  const threads = untold.map(({ thread }) => thread);
  if (pick === TRY_AGAIN) await killAll(killer, threads);
}

/** Whoever runs these has not answered: says so, and offers what can still be done. */
async function offerMore(killer: TurnKiller, threads: readonly Thread[]): Promise<void> {
  const names = threads.map(({ title }) => `“${title}”`).join(', ');
  const canForce = threads.every(({ owner }) => owner === 'anotherWindow');
  const pick = await messages.warn(
    `${names} did not answer the kill within 5 seconds and still runs. The signal stays: it ends as soon as its owner looks.`,
    TRY_AGAIN,
    ...(canForce ? ['Force Stop'] : []),
  );
  if (pick === TRY_AGAIN) await killAll(killer, threads);
  if (pick !== 'Force Stop') return;
  const stopped = await Promise.all(threads.map(({ id }) => killer.forceStop(id)));
  const left = threads.filter((_, i) => stopped[i] === false);
  if (left.length === 0) return;
  const missed = left.map(({ title }) => `“${title}”`).join(', ');
  throw new UserError(`No process of ${missed} was found that is known to be ours to end.`);
}
