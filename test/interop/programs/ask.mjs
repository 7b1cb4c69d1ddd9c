// Asks a question as generation B's `ask` does and prints the answer. Arguments: mailbox root, workspace key,
// workspace folder, seconds to wait, question. Leaves nothing behind once it has been answered; when the time
// is over it marks the question as expired and ends with 0, as a run goes on without an answer.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [root, key, workspaceDir, seconds, question] = process.argv.slice(2);
const mailbox = join(root, key, 'questions');
const id = `q${randomBytes(4).toString('hex').slice(0, 7)}`;
const path = (suffix) => join(mailbox, `${id}.${suffix}`);
const askedAt = Date.now();
const expiresAt = askedAt + Number(seconds) * 1000;
const record = {
  id,
  question,
  askedAt: new Date(askedAt).toISOString(),
  expiresAt: new Date(expiresAt).toISOString(),
  workspaceDir,
  pid: process.pid,
};

mkdirSync(mailbox, { recursive: true, mode: 0o700 });
write(record);
console.log(`posted ${id}`);
setInterval(look, 1000);

function look() {
  const answer = read(path('answer'));
  if (answer !== undefined) {
    console.log(`answer ${answer}`);
    for (const suffix of ['json', 'answer', 'answer.claim']) rmSync(path(suffix), { force: true });
    process.exit(0);
  }
  if (Date.now() < expiresAt) return;
  write({ ...record, expired: true });
  console.log('expired');
  process.exit(0);
}

function write(value) {
  writeFileSync(path('json.tmp'), JSON.stringify(value, null, 2), { mode: 0o600 });
  renameSync(path('json.tmp'), path('json'));
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
