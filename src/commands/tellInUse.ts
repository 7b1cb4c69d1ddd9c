import { UserError } from '../base/userError';
import type { ThreadHolder, ThreadHolders } from '../threads/threadHolder';
import { messages } from '../vscode/messages';

/** What {@link tellInUse} gives back when another try is worth it. */
export const AGAIN = 'again';

const TRY_AGAIN = 'Try Again';
const RELEASE = 'Ask It to Let Go';

/**
 * Says who has a thread open, and offers what may free it. {@link AGAIN}, or the text of one of
 * `others` when that button was clicked, undefined when the person left it at that.
 * @throws UserError when the command line cannot let go of it just now.
 */
export async function tellInUse(
  holders: ThreadHolders,
  threadId: string,
  textOf: (holder: string) => string,
  ...others: string[]
): Promise<string | undefined> {
  const holder = await holders.find(threadId);
  const ways = holder.kind === 'broker' ? [TRY_AGAIN, RELEASE] : [TRY_AGAIN];
  const pick = await messages.warn(textOf(whoHas(holder)), ...ways, ...others);
  if (pick === TRY_AGAIN) return AGAIN;
  if (pick !== RELEASE || holder.kind !== 'broker') return pick;
  if ((await holders.release(holder.broker)) === 'released') return AGAIN;
  throw new UserError(
    'The command line is running a turn in that folder just now. Try again when it is done.',
  );
}

function whoHas(holder: ThreadHolder): string {
  switch (holder.kind) {
    case 'broker':
      return `probably by the codex-collab command line, whose broker (process ${holder.broker.pid}) keeps threads for up to 30 minutes after their last run`;
    case 'running': {
      const process = holder.pid === undefined ? '' : ` (process ${holder.pid})`;
      if (holder.owner === 'cli') return `by a run of the codex-collab command line${process}`;
      return `by ${holder.owner === 'thisWindow' ? 'this' : 'another'} window${process}`;
    }
    case 'unknown':
      return 'by another program, perhaps the Codex app or a terminal';
  }
}
