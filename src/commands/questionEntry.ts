import { basename } from 'node:path';
import { duration } from '../base/duration';
import type { PendingQuestion } from '../threads/pendingQuestions';
import { cutAtWord, singleLine } from '../threads/threadTitle';
import { plainText } from '../vscode/messages';

/** As much as a list shows, in characters. */
const MAX_LENGTH = 120;

/** A question of `codex-collab ask` in a list to choose from: what it asks, how long it waits, and where. */
export function questionEntry({ text, expiresAt, folder }: PendingQuestion) {
  const left = `${duration(expiresAt - Date.now())} left`;
  const place = folder === undefined ? [] : [singleLine(basename(folder))];
  return {
    label: plainText(cutAtWord(singleLine(text), MAX_LENGTH) || 'Question without words'),
    description: plainText(['asks you', left, ...place].join(' · ')),
  };
}
