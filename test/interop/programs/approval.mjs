// `approvals/<id>.json` and `<id>.decision`: a run asks for leave, `approve` and `decline` answer.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { patchRecord } from './runRecords.mjs';

const pollMs = 1000;
const words = ['accept', 'acceptForSession', 'decline', 'cancel'];

/**
 * Waits for a decision, which may be there already, and then removes both files. What is left when the
 * process ends before that, stays. `record` is that of the run, in generation B.
 */
export async function askLeave(folder, record, { threadId, command, cwd }) {
  const id = `call_${randomBytes(4).toString('hex')}`;
  const [request, decision] = filesOf(folder.path, id);
  const workspaceDir = folder.generation === 'A' ? {} : { workspaceDir: cwd };
  const fields = { type: 'commandExecution', command, cwd, ...workspaceDir, threadId, turnId: 'turn-1' };
  writeFileSync(request, JSON.stringify(fields, null, 2), { mode: 0o600 });
  const setPending = (pendingApproval) => record && patchRecord(folder, record.runId, { pendingApproval });
  setPending({ id, kind: 'commandExecution', summary: command, requestedAt: new Date().toISOString() });
  while (!existsSync(decision)) await new Promise((resolve) => setTimeout(resolve, pollMs).unref());
  const word = readFileSync(decision, 'utf8').trim();
  setPending(null);
  rmSync(decision);
  rmSync(request);
  return words.includes(word) ? word : 'decline';
}

/** Generation A knows one folder, B looks in all workspaces, its own first. */
export function answer(folder, id, decision) {
  const workspaces = join(folder.root, 'workspaces');
  const others = folder.generation === 'A' ? [] : readdirSync(workspaces).map((key) => join(workspaces, key));
  const path = [folder.path, ...others].find((each) => existsSync(filesOf(each, id)[0]));
  if (path === undefined) throw new Error(`No pending approval: ${id}`);
  writeFileSync(filesOf(path, id)[1], decision, { mode: 0o600 });
  console.log(`${decision === 'accept' ? 'Approved' : 'Declined'}: ${id}`);
}

function filesOf(path, id) {
  return [join(path, 'approvals', `${id}.json`), join(path, 'approvals', `${id}.decision`)];
}
