import { UserError } from '../base/userError';
import { approvalInFull, deadlineText } from '../threads/approvalText';
import type { AskedForm, FieldValue, FormValues } from '../threads/askedForm';
import type { PendingApproval } from '../threads/thread';
import { messages } from '../vscode/messages';
import { openAddress } from '../vscode/openAddress';
import type { ApprovalTargets } from './answerApproval';
import { askField } from './fieldSteps';

/** A thread that asks for something to be filled in, and the very question. */
export interface FormArgument {
  readonly id: string;
  readonly approvalId: string;
}

/**
 * Asks the person what a turn asks, and hands the answers over together. Who leaves before the end has answered
 * nothing. @throws UserError when it came too late.
 */
export async function answerForm(
  { answerer, threads }: ApprovalTargets,
  { id, approvalId }: FormArgument,
): Promise<void> {
  const asked = threads.get(id)?.pendingApproval;
  if (asked?.id !== approvalId || asked.form === undefined)
    throw new UserError('That question has been answered or withdrawn meanwhile.');
  const { url } = asked.form;
  const values = url === undefined ? await fillIn(asked, asked.form) : await openPage(asked, url);
  if (values !== undefined) await answerer.answer(id, approvalId, 'accept', values);
}

/** One question after the other, and back; undefined when the person leaves. */
async function fillIn(asked: PendingApproval, { fields }: AskedForm): Promise<FormValues | undefined> {
  const values = new Map<string, FieldValue>();
  const deadline = deadlineText(asked);
  for (let i = 0; i < fields.length;) {
    const field = fields[i];
    if (field === undefined) break;
    const [step, totalSteps, previous] = [i + 1, fields.length, values.get(field.key)];
    const end = await askField(field, { step, totalSteps, previous, deadline });
    if (end.kind === 'left') return undefined;
    if (end.kind === 'back') {
      i--;
      continue;
    }
    if (end.value === undefined) values.delete(field.key);
    else values.set(field.key, end.value);
    i++;
  }
  return values;
}

/** Nothing is opened that the person has not seen to its end. */
async function openPage(asked: PendingApproval, url: string): Promise<FormValues | undefined> {
  const question = `Open a page of ${new URL(url).host}?`;
  const pick = await messages.ask(question, `Codex ${approvalInFull(asked)}`, 'Open');
  if (pick === undefined) return undefined;
  return (await openAddress(url)) ? new Map() : undefined;
}
