// A program that speaks codex's app-server protocol just as far as a test needs, and misbehaves on demand:
//   node fakeAppServer.mjs <behaviour> app-server
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const userAgent = 'codex-collab-vscode/0.169.0 (Debian 12.0.0; x86_64) fake (codex-collab-vscode; 1)';
const stdout = 1;
const stderr = 2;

const say = (message) => writeSync(stdout, `${JSON.stringify(message)}\n`);
const result = (id, value) => say({ id, result: value });
const error = (id, code, message) => say({ id, error: { code, message } });
const ignoreEverything = () => {
  process.on('SIGTERM', () => undefined);
  setInterval(() => undefined, 1000);
};

/** Each is called once at the start and returns what answers requests other than `initialize`. */
const behaviours = {
  notifiesBehindHandshake: () => (request) => result(request.id, {}),
  answersNothing: () => () => undefined,
  echoesParams: () => (request) => result(request.id, request.params),
  tellsEnvironment: () => (request) =>
    result(request.id, { env: process.env, args: process.argv.slice(2), cwd: process.cwd() }),
  tellsAccount: () => (request) => result(request.id, JSON.parse(process.argv[3])),
  refusesAccount: () => (request) => error(request.id, -32600, 'no account today'),

  printsText: () => {
    writeSync(stdout, 'Hello, I am some other program.\n');
    process.exit(0);
  },
  hasNoAppServer: () => {
    writeSync(stderr, "error: unrecognized subcommand 'app-server'\n\nUsage: codex [OPTIONS]\n");
    process.exit(2);
  },
  diesAtStart: () => {
    writeSync(stderr, 'starting\n\u001b[31mError: no space left on device\u001b[0m\n');
    process.exit(3);
  },
  refusesHandshake: () => undefined,
  hasNoUserAgent: () => undefined,
  hangsInHandshake: () => undefined,
  hangsInHandshakeForGood: ignoreEverything,
  ignoresStop: () => {
    ignoreEverything();
    return (request) => result(request.id, {});
  },

  isTooOld: () => (request) =>
    error(
      request.id,
      -32600,
      `Invalid request: unknown variant \`${request.method}\`, expected one of \`initialize\`, \`newConversation\``,
    ),
  hasActiveWriter: () => (request) =>
    error(request.id, -32600, `thread ${request.params.threadId} already has an active writer`),
  isOverloadedTwice: () => {
    let count = 0;
    return (request) =>
      ++count <= 2
        ? error(request.id, -32001, 'Server overloaded; retry later.')
        : result(request.id, { count });
  },
  isAlwaysOverloaded: () => (request) => error(request.id, -32001, 'Server overloaded; retry later.'),

  diesOnRequest: () => () => {
    for (let line = 1; line <= 30; line++) writeSync(stderr, `stderr line ${line}\n`);
    for (let word = 1; word <= 20_000; word++)
      say({ method: 'warning', params: { message: `word ${word}` } });
    process.exit(3);
  },
  leavesChildBehind: () => (request) => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 30000)'], {
      stdio: 'inherit',
      detached: true,
    });
    child.unref();
    result(request.id, { pid: child.pid });
  },

  writesRubbish: () => (request) => {
    writeSync(
      stdout,
      'not json\n\n[]\n"text"\nnull\n{"neither":"nor"}\n{"method":"$/cancelRequest"}\n{"broken":\n',
    );
    result(request.id, { fine: true });
    writeSync(stdout, '\u0000\u0001\n');
  },
  notifiesAroundAnswer: () => (request) => {
    const warning = (message) => ({ method: 'warning', params: { threadId: null, message } });
    const messages = [
      warning('before'),
      { method: 'galaxy/exploded', params: {} },
      { method: 'warning' },
      { id: request.id, result: {} },
      warning('after'),
    ];
    writeSync(stdout, messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  },
  cutsCharacters: () => async (request) => {
    const line = Buffer.from(
      `${JSON.stringify({ id: request.id, result: { text: 'Grüße 🚀 ✓\u2028 end' } })}\n`,
    );
    for (const byte of line) {
      writeSync(stdout, Buffer.from([byte]));
      if (byte > 127) await delay(2);
    }
  },
  writesLongLine: () => (request) => {
    const line = Buffer.from(
      `${JSON.stringify({ id: request.id, result: { text: 'ü'.repeat(2_500_000) } })}\n`,
    );
    let offset = 0;
    const next = () => {
      if (offset >= line.length) return;
      const piece = line.subarray(offset, offset + 65_536);
      offset += piece.length;
      process.stdout.write(piece, next);
    };
    next();
  },
  asksBack: () => {
    const answers = [];
    let asking;
    return (message) => {
      if (message.method !== undefined) {
        asking = message.id;
        say({ id: 0, method: 'item/commandExecution/requestApproval', params: { itemId: 'call_1' } });
        say({ id: 1, method: 'item/tool/call', params: {} });
      } else {
        answers.push(message);
      }
      if (answers.length === 2) result(asking, { answers: answers.sort((a, b) => a.id - b.id) });
    };
  },
};

const behaviour = process.argv[2];
const answer = behaviours[behaviour]();

function shakeHands(id) {
  if (behaviour.startsWith('hangsInHandshake')) return;
  if (behaviour === 'refusesHandshake') error(id, -32600, 'what is that?');
  else if (behaviour === 'notifiesBehindHandshake') {
    const warning = { method: 'configWarning', params: { summary: 'no bubblewrap', details: null } };
    writeSync(stdout, `${JSON.stringify({ id, result: { userAgent } })}\n${JSON.stringify(warning)}\n`);
  } else result(id, behaviour === 'hasNoUserAgent' ? {} : { userAgent });
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.method === 'initialize') shakeHands(message.id);
  else if (message.id !== undefined) void answer(message);
});
