import { constants } from 'node:fs';
import { access, lstat, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord, optionalString } from '../base/record';
import { errorCode, UserError } from '../base/userError';
import { writeAtomically } from './atomicFile';
import { fileError, isMissing } from './fileErrors';
import { readSmallFile } from './plainFile';
import { isPid, isProcessAlive } from './processes';

/** A question that a run asks with `codex-collab ask` and waits for the answer to. */
export interface Question {
  /** `q` and 7 hex digits. */
  readonly id: string;
  /** The folder it lies in. */
  readonly mailbox: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly askedAt: number;
  /** Then the asker goes on without an answer. */
  readonly expiresAt: number;
  readonly workspaceDir: string | undefined;
  /** The process that asks. */
  readonly pid: number | undefined;
}

/** `<id>.json` */
const QUESTION_FILE = /^(q[0-9a-f]{7})\.json$/;
/** A question is a few sentences; the CLI sets no limit. */
const MAX_BYTES = 256 * 1024;

/**
 * Where the newer CLI keeps the questions of all workspaces: in temporary space, since they are asked from
 * inside Codex's sandbox. Each workspace has `<key>/questions/` in it.
 */
export function questionRoot(): string {
  const uid = process.getuid?.().toString() ?? 'u';
  return join(tmpdir(), `codex-collab-${uid}`);
}

/**
 * The mailboxes below the root; undefined where there is no root (yet). A folder that others could write to is left out, as the CLI does: its path can
 * be guessed, and whoever plants a question or an answer there speaks to Codex.
 */
export async function mailboxesIn(root: string): Promise<string[] | undefined> {
  if (!(await isPrivateFolder(root))) return undefined;
  const keys = await readdir(root).catch(() => []);
  const found = await Promise.all(
    keys.map(async (key) => {
      const folder = join(root, key);
      const mailbox = join(folder, 'questions');
      return (await isPrivateFolder(folder)) && (await isPrivateFolder(mailbox)) ? [mailbox] : [];
    }),
  );
  return found.flat();
}

/** The questions of a mailbox that wait for an answer at `now` (epoch ms), the oldest first. */
export async function pendingQuestions(mailbox: string, now: number): Promise<Question[]> {
  const names = await readdir(mailbox).catch(() => []);
  const there = new Set(names);
  const ids = names.flatMap((name) => QUESTION_FILE.exec(name)?.[1] ?? []);
  const unanswered = ids.filter((id) => !there.has(`${id}.answer`) && !there.has(`${id}.answer.claim`));
  const questions = await Promise.all(unanswered.map((id) => readQuestion(mailbox, id)));
  return questions
    .filter((question) => question !== undefined)
    .filter((question) => isPending(question, now))
    .sort((a, b) => a.askedAt - b.askedAt);
}

/** True while somebody waits for the answer. A missing pid counts as a living one, as the CLI has it. */
export function isPending({ expiresAt, pid }: Question, now: number): boolean {
  return expiresAt > now && (pid === undefined || isProcessAlive(pid));
}

/**
 * Answers a question, as the one who does: a claim made first keeps two answers apart.
 * @throws UserError when it was answered or given up meanwhile, or when the disk refuses.
 */
export async function answerQuestion(question: Question, answer: string): Promise<void> {
  const { mailbox, id } = question;
  const file = join(mailbox, `${id}.answer`);
  const claim = `${file}.claim`;
  if (!(await isPrivateFolder(mailbox)) || !(await isThere(join(mailbox, `${id}.json`))))
    throw new UserError('That question was answered or given up meanwhile.');
  await claimAnswer(claim);
  try {
    // The asker may have gone while the claim was made; nothing of ours may stay behind then.
    if (!isPending(question, Date.now()) || !(await isThere(join(mailbox, `${id}.json`))))
      throw new UserError('That question was given up meanwhile: nobody waits for the answer any more.');
    await writeAtomically(file, answer);
  } catch (error) {
    await rm(claim, { force: true });
    throw error;
  }
}

async function claimAnswer(claim: string): Promise<void> {
  try {
    const handle = await open(claim, 'wx', 0o600);
    try {
      await handle.writeFile(String(process.pid));
    } catch (error) {
      // A claim without an answer would keep everybody else from giving one.
      await rm(claim, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw new UserError('That question was answered meanwhile.');
    if (isMissing(error)) throw new UserError('That question was given up meanwhile.');
    throw fileError(error, 'write', claim);
  }
}

async function readQuestion(mailbox: string, id: string): Promise<Question | undefined> {
  try {
    const { text } = await readSmallFile(join(mailbox, `${id}.json`), MAX_BYTES);
    return parseQuestion(mailbox, id, JSON.parse(text));
  } catch {
    return undefined; // gone, half-written or no question: the next event or look brings it
  }
}

function parseQuestion(mailbox: string, id: string, value: unknown): Question | undefined {
  if (!isRecord(value) || value.expired === true) return undefined;
  const text = optionalString(value.question);
  const askedAt = Date.parse(optionalString(value.askedAt) ?? '');
  const expiresAt = Date.parse(optionalString(value.expiresAt) ?? '');
  if (text === undefined || Number.isNaN(askedAt) || Number.isNaN(expiresAt)) return undefined;
  const pid = typeof value.pid === 'number' && isPid(value.pid) ? value.pid : undefined;
  return { id, mailbox, text, askedAt, expiresAt, workspaceDir: optionalString(value.workspaceDir), pid };
}

/** A real folder of this user that nobody else may write to. (Windows has a temporary folder for each user.) */
async function isPrivateFolder(path: string): Promise<boolean> {
  try {
    const stats = await lstat(path);
    if (!stats.isDirectory()) return false;
    return process.getuid === undefined || (stats.uid === process.getuid() && (stats.mode & 0o022) === 0);
  } catch {
    return false;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
