import * as vscode from 'vscode';
import type { CleanUpPlan, CleanUpResult, ThreadCleaner } from '../threads/threadCleaner';
import { CommandId, ViewId } from '../vscode/contributions';
import { messages } from '../vscode/messages';

/** *Codex: Clean Up*: asks once, saying exactly what goes and what stays. */
export async function cleanUp(cleaner: ThreadCleaner): Promise<void> {
  const plan = await inView(() => cleaner.plan());
  if (plan.threads.length + plan.files.length === 0) {
    await messages.info(`Nothing to clean up.${stayText(plan)}`);
    return;
  }
  const pick = await messages.ask(questionOf(plan), detailOf(plan), 'Clean Up');
  if (pick !== 'Clean Up') return;
  await report(await inView(() => cleaner.carryOut(plan)));
}

/** With a moving line at the top of the view while it lasts. */
async function inView<T>(work: () => Promise<T>): Promise<T> {
  return await vscode.window.withProgress({ location: { viewId: ViewId.threads } }, work);
}

function questionOf({ threads, files }: CleanUpPlan): string {
  if (threads.length === 0) return `Clean up ${count(files.length, 'left-over file')}?`;
  const verb = threads.length === 1 ? 'was' : 'were';
  return `Clean up ${count(threads.length, 'thread')} that ${verb} last active more than 7 days ago?`;
}

function detailOf(plan: CleanUpPlan): string {
  const { threads, files, bytes } = plan;
  const untouched = 'No file of your project is touched.';
  if (threads.length === 0) {
    return `Logs, process ids, signals and approvals that belong to no thread any more go (${size(bytes)}). ${untouched}${stayText(plan)}`;
  }
  const isOne = threads.length === 1;
  const [goes, stays] = isOne
    ? ['Its log and its place in this list go', 'Codex keeps the thread, and Import Threads brings it back.']
    : [
        'Their logs and places in this list go',
        'Codex keeps the threads, and Import Threads brings them back.',
      ];
  const more = files.length === 0 ? '' : `, with ${count(files.length, 'left-over file')}`;
  return `${goes} (${size(bytes)})${more}. ${stays} ${untouched}${stayText(plan)}`;
}

/** What cannot be read is not judged. */
function stayText({ problems }: CleanUpPlan): string {
  if (problems.length === 0) return '';
  const [stays, names] = problems.length === 1 ? ['stays', 'it'] : ['stay', 'them'];
  return ` ${count(problems.length, 'file or folder', 'files or folders')} could not be read and ${stays}; the log names ${names}.`;
}

async function report({ removed, usedMeanwhile, files, failures }: CleanUpResult): Promise<void> {
  const done = [
    ...(removed > 0 ? [count(removed, 'thread')] : []),
    ...(files > 0 ? [count(files, 'file')] : []),
  ];
  const text = [done.length === 0 ? 'Nothing was cleaned up.' : `Cleaned up ${done.join(' and ')}.`];
  if (usedMeanwhile > 0) {
    const stays = usedMeanwhile === 1 ? 'was used meanwhile and stays' : 'were used meanwhile and stay';
    text.push(`${count(usedMeanwhile, 'thread')} ${stays}.`);
  }
  const [first] = failures;
  if (first === undefined) {
    await messages.info(text.join(' '));
    return;
  }
  const further = failures.length === 1 ? '' : ` ${count(failures.length - 1, 'more problem')}: see the log.`;
  const pick = await messages.warn(`${text.join(' ')} ${first}${further}`, 'Show Log');
  if (pick !== undefined) await vscode.commands.executeCommand(CommandId.showLog);
}

function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** "512 bytes", "12 kB", "3.4 MB". */
function size(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  const [value, unit] = bytes < 999_500 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
