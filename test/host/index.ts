import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { format } from 'node:util';
import { runMocha } from '../support/mochaRun';
import type { TestReport } from '../support/testReports';

/** Called by VS Code in the extension host. Runs every test file that lies beside this one. */
export async function run(): Promise<void> {
  const socket = connect(Number(process.env.CODEX_COLLAB_TEST_PORT), '127.0.0.1');
  const send = (message: TestReport): void => void socket.write(`${JSON.stringify(message)}\n`);
  const restoreConsole = tellConsole((text) => send({ kind: 'line', text }));
  try {
    const files = (await readdir(__dirname, { recursive: true }))
      .filter((name) => name.endsWith('.test.cjs'))
      .sort();
    const grep = process.env.CODEX_COLLAB_TEST_GREP;
    const results = await runMocha(
      files.map((name) => join(__dirname, name)),
      (text) => send({ kind: 'line', text }),
      grep === undefined ? {} : { grep },
    );
    send({ kind: 'end', results });
  } catch (error) {
    send({ kind: 'crash', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  } finally {
    restoreConsole();
    await new Promise<void>((resolve) => socket.end(resolve));
  }
}

/** Lets the terminal show what tests print: an extension host has none of its own. */
function tellConsole(tell: (text: string) => void): () => void {
  const { log, warn, error } = console;
  const show = (...args: unknown[]): void => tell(format(...args));
  Object.assign(console, { log: show, warn: show, error: show });
  return () => void Object.assign(console, { log, warn, error });
}
