import { rmSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { UserError } from '../base/userError';
import { approvalRequestText, isApprovalDecision, parseApprovalRequest } from './approvalRequest';
import type { ApprovalDecision, ApprovalRequest } from './approvalRequest';
import { createAtomically, writeAtomically } from './atomicFile';
import { fileError, isMissing } from './fileErrors';
import { isSafeId } from './ids';
import { readSmallFile } from './plainFile';
import { removeFile } from './removeFile';
import type { StateFolder } from './stateFolder';

/** A request as it lies in a folder. */
export interface FiledApproval extends ApprovalRequest {
  /** When the file was written, in epoch ms. */
  readonly requestedAt: number;
  /** A decision lies beside it, which its run has not taken yet. */
  readonly isAnswered: boolean;
}

/** What a decision file says. `invalid` counts as `decline`, as it does for the CLI. */
export type DecisionReading =
  | { readonly kind: 'missing' }
  | { readonly kind: 'decision'; readonly decision: ApprovalDecision }
  | { readonly kind: 'invalid'; readonly text: string };

/** In bytes. Codex sends whole scripts as one command, but none like this. */
const MAX_REQUEST = 1024 * 1024;
const MAX_DECISION = 1024;
/** In ms; the CLI creates a file and then writes it. */
const HALF_WRITTEN = 1000;

/** Reads a request; undefined when it is not there or cannot be used. Throws only on an unsafe id. */
export async function readApproval(folder: StateFolder, id: string): Promise<FiledApproval | undefined> {
  const file = folder.approvalRequestFile(id);
  try {
    const { text, mtimeMs } = await readSmallFile(file, MAX_REQUEST);
    const request = parseApprovalRequest(id, text);
    if (request === undefined) return undefined;
    const isAnswered = await isThere(folder.approvalDecisionFile(id));
    return { ...request, requestedAt: mtimeMs, isAnswered };
  } catch {
    return undefined; // what cannot be read cannot be answered: nobody is asked
  }
}

/** The ids of all requests of a folder, each with whether a decision lies beside it. */
export async function listApprovals(folder: StateFolder): Promise<ReadonlyMap<string, boolean>> {
  try {
    return pairs(await readdir(folder.approvalsDir));
  } catch (error) {
    if (isMissing(error)) return new Map();
    throw fileError(error, 'read', folder.approvalsDir);
  }
}

/**
 * Writes a request of ours, unless `mayWrite` says that it is no longer wanted; true when it was written. A
 * decision that is already there was meant for an earlier one and is removed first.
 * @throws UserError when another thread asks under that id, and for what the disk refuses.
 */
export async function writeApprovalRequest(
  folder: StateFolder,
  request: ApprovalRequest,
  mayWrite: () => boolean,
): Promise<boolean> {
  const file = folder.approvalRequestFile(request.id);
  const before = await readApproval(folder, request.id);
  if (before !== undefined && before.threadId !== request.threadId) {
    throw new UserError(`${file} belongs to another thread.`);
  }
  await removeFile(folder.approvalDecisionFile(request.id));
  const text = approvalRequestText(request);
  return await writeAtomically(file, text, { mayReplace: () => Promise.resolve(mayWrite()) });
}

/** Reads a decision. @throws when it cannot be read; it may be readable later. */
export async function readDecision(folder: StateFolder, id: string): Promise<DecisionReading> {
  const file = folder.approvalDecisionFile(id);
  try {
    const { text, mtimeMs } = await readSmallFile(file, MAX_DECISION);
    const word = text.trim();
    if (isApprovalDecision(word)) return { kind: 'decision', decision: word };
    const mayBeHalfWritten = word === '' && Date.now() - mtimeMs < HALF_WRITTEN;
    return mayBeHalfWritten ? { kind: 'missing' } : { kind: 'invalid', text: word };
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' };
    throw fileError(error, 'read', file);
  }
}

/**
 * Answers a request for the run that waits for it. False, and nothing is left, when that very request is gone
 * or has been answered: of several who answer at once, one wins. @throws UserError
 */
export async function writeDecision(
  folder: StateFolder,
  asked: FiledApproval,
  decision: ApprovalDecision,
): Promise<boolean> {
  const now = await readApproval(folder, asked.id);
  if (now === undefined || now.isAnswered || now.requestedAt !== asked.requestedAt) return false;
  const file = folder.approvalDecisionFile(asked.id);
  if (!(await createAtomically(file, decision))) return false;
  if (await isThere(folder.approvalRequestFile(asked.id))) return true;
  // A run that takes a decision removes that first. One that is still there would approve a later request.
  return !(await removeFile(file));
}

/** Removes what there is of a request. The decision goes first: see {@link writeDecision}. @throws UserError */
export async function removeApproval(folder: StateFolder, id: string): Promise<void> {
  await removeFile(folder.approvalDecisionFile(id));
  if (await removeFile(folder.approvalRequestFile(id))) await removeFile(folder.approvalDecisionFile(id));
}

/** The same without waiting. Gives back what went wrong. */
export function removeApprovalSync(folder: StateFolder, id: string): unknown[] {
  return [folder.approvalDecisionFile(id), folder.approvalRequestFile(id)].flatMap((file) => {
    try {
      rmSync(file, { force: true });
      return [];
    } catch (error) {
      return [fileError(error, 'write', file)];
    }
  });
}

/** Removes the requests that a run of this extension has left. @throws UserError */
export async function removeApprovalsOfRun(folder: StateFolder, runId: string): Promise<void> {
  for (const id of (await listApprovals(folder)).keys()) {
    const request = await readApproval(folder, id);
    if (request?.note?.runId === runId) await removeApproval(folder, id);
  }
}

function pairs(names: readonly string[]): ReadonlyMap<string, boolean> {
  const all = new Set(names);
  const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  return new Map(ids.filter(isSafeId).map((id) => [id, all.has(`${id}.decision`)]));
}

async function isThere(file: string): Promise<boolean> {
  return await lstat(file).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
}
