import { UserError } from '../base/userError';
import { planRevert, planUndo, recheck } from '../threads/changes/revertPlan';
import type { Disk, Reversion, RevertPlan } from '../threads/changes/revertPlan';
import type { ThreadChanges } from '../threads/changes/threadChanges';
import { isActive } from '../threads/thread';
import type { Thread } from '../threads/thread';
import type { ThreadReader } from '../threads/threadStore';
import { messages } from '../vscode/messages';
import { applySteps } from './applySteps';
import { editorDisk } from './editorDisk';
import { pickThread } from './pickThread';
import { requireTrust } from './requireTrust';
import { filesText, nameText, whatHappens, whyNot } from './revertText';

/** What reverting needs. */
export interface RevertTargets {
  /** All threads that are known. */
  readonly store: ThreadReader;
  /** The threads that the window shows. */
  readonly threads: ThreadReader;
  readonly changes: Pick<ThreadChanges, 'load'>;
}

/** A thread by its row, a turn of it, or one file of that turn. */
export interface RevertArgument {
  readonly id?: string;
  readonly threadId?: string;
  readonly turnId?: string;
  readonly path?: string;
}

/** A thread whose files are to be put back, and what may be done to them. */
interface Reverting {
  readonly cwd: string | undefined;
  readonly disk: Disk;
  /** @throws UserError while a turn of it is under way: it may be at the same files. */
  readonly requireIdle: () => Thread;
}

/**
 * *Codex: Revert Changes*, *Revert Turn*, *Revert File*: puts files back as they were before a thread, or one
 * of its turns, changed them. Asks first, naming each file; leaves alone what has changed since, and offers
 * the others.
 */
export async function revertChanges(
  targets: RevertTargets,
  argument: RevertArgument | undefined,
): Promise<void> {
  requireTrust('so no file of it is changed');
  const { store, threads, changes } = targets;
  const idle = [...threads.all()].filter((thread) => !isActive(thread));
  const picked = argument?.threadId ?? argument?.id;
  const id = picked ?? (await pickThread(idle, 'Revert the changes of which thread?'));
  if (id === undefined) return;
  const requireIdle = (): Thread => idleThread(store, id);
  const thread = requireIdle();
  const reverting = { cwd: thread.cwd, disk: editorDisk(thread.cwd), requireIdle };
  const { turns, numberOf } = await changes.load(id);
  const plan = await planRevert(turns, { turnId: argument?.turnId, path: argument?.path }, reverting.disk);
  if (plan.reversions.length === 0) {
    await tellNothing(plan, thread.cwd);
    return;
  }
  const number = argument?.turnId === undefined ? undefined : numberOf(argument.turnId);
  const who = number === undefined ? `“${thread.title}”` : `turn ${number}`;
  const [only] = plan.reversions.length === 1 ? plan.reversions : [];
  const where = only === undefined ? filesText(plan.reversions.length) : nameText(only.step.path);
  if (!(await isConfirmed('Revert', `Revert what ${who} changed in ${where}?`, plan, thread.cwd))) return;
  const { done, failure } = await carryOut(plan, reverting);
  const pick =
    failure === undefined
      ? await messages.info(`Reverted ${filesText(done.length)}.`, 'Undo')
      : await messages.error(failure.message, 'Undo');
  if (pick !== undefined) await undo(done, reverting);
}

function idleThread(store: ThreadReader, id: string): Thread {
  const thread = store.get(id);
  if (thread === undefined) throw new UserError('This thread is gone.');
  if (!isActive(thread)) return thread;
  throw new UserError(`“${thread.title}” is running. Wait until its turn is over, or kill it first.`);
}

async function undo(done: readonly Reversion[], reverting: Reverting): Promise<void> {
  const { cwd, disk } = reverting;
  const plan = await planUndo(done, disk);
  if (plan.reversions.length === 0) throw new UserError(`Nothing was put back. ${whyNotInOne(plan, cwd)}`);
  if (plan.refusals.length > 0 && !(await isConfirmed('Undo', '', plan, cwd))) return;
  const { failure } = await carryOut(plan, reverting);
  if (failure !== undefined) throw failure;
}

async function tellNothing(plan: RevertPlan, cwd: string | undefined): Promise<void> {
  if (plan.refusals.length > 0) throw new UserError(`Nothing was reverted. ${whyNotInOne(plan, cwd)}`);
  await messages.info('There is nothing to revert: the files are as they were before.');
}

/** One question that says what happens to each file, and why some are left alone. */
async function isConfirmed(
  verb: 'Revert' | 'Undo',
  question: string,
  { reversions, refusals }: RevertPlan,
  cwd: string | undefined,
): Promise<boolean> {
  const happens = whatHappens(verb, reversions, cwd);
  if (refusals.length === 0) return (await messages.ask(question, happens, verb)) !== undefined;
  const count = reversions.length;
  const verbed = verb === 'Revert' ? 'reverted' : 'put back';
  const some = `${count} of ${filesText(count + refusals.length)} can be ${verbed}.`;
  const button = `${verb} ${count === 1 ? '1 File' : `${count} Files`}`;
  return (await messages.ask(some, `${whyNot(refusals, cwd)}\n\n${happens}`, button)) !== undefined;
}

/**
 * The files as they were when the person was asked, or nothing at all. `failure` tells what could not be saved.
 * @throws UserError when one is not.
 */
async function carryOut(
  plan: RevertPlan,
  { cwd, disk, requireIdle }: Reverting,
): Promise<{ readonly done: readonly Reversion[]; readonly failure: UserError | undefined }> {
  requireIdle();
  const current = await recheck(plan.reversions, disk);
  if (current.refusals.length > 0) throw new UserError(`Nothing was changed. ${whyNotInOne(current, cwd)}`);
  const failure = await applySteps(current.reversions.map(({ step }) => step));
  return { done: current.reversions, failure };
}

function whyNotInOne({ refusals }: RevertPlan, cwd: string | undefined): string {
  return whyNot(refusals, cwd).replaceAll('\n', ' ');
}
