// The log of a thread: lines with a time, and blocks with what the agent has said.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const endMarker = '<<END_AGENT_OUTPUT>>';
const timedLine = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /;

export function appendLine(file, body) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  appendFileSync(file, `${new Date().toISOString()} ${body}\n`, { mode: 0o600 });
}

export function appendOutput(file, text) {
  if (text === '') return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const block = `${new Date().toISOString()} agent output:\n${text}\n${endMarker}\n`;
  appendFileSync(file, block, { mode: 0o600 });
}

/** Everything that was logged for a thread; undefined when there is nothing. */
export function readLogs(folder, shortId) {
  const own = join(folder.logs, shortId);
  const ofRuns =
    folder.generation === 'B' && existsSync(own)
      ? readdirSync(own)
          .sort()
          .map((name) => join(own, name))
      : [];
  const files = [join(folder.logs, `${shortId}.log`), ...ofRuns].filter((file) => existsSync(file));
  return files.length === 0 ? undefined : files.map((file) => readFileSync(file, 'utf8')).join('');
}

/** Only what the agent has said. */
export function outputBlocks(text) {
  const blocks = [];
  let block;
  for (const line of text.split('\n')) {
    if (block !== undefined && (line === endMarker || timedLine.test(line))) {
      blocks.push(block.join('\n'));
      block = undefined;
    }
    if (timedLine.test(line) && line.includes(' agent output:')) block = [];
    else block?.push(line);
  }
  return blocks;
}

/** Takes a log apart while it grows: prints bodies of lines, and blocks after a rule. */
export class FollowedLog {
  #rest = '';
  #isInBlock = false;

  add(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop();
    for (const line of lines) this.#print(line);
  }

  #print(line) {
    const body = line.replace(timedLine, '');
    if (this.#isInBlock && line === endMarker) this.#isInBlock = false;
    else if (this.#isInBlock) console.log(line);
    else if (body === 'agent output:') {
      this.#isInBlock = true;
      console.log('─── result ───');
    } else console.log(body);
  }
}
