import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { MochaResults } from './mochaRun';

/** What tests in an extension host tell the process that started it: one of these as JSON a line. */
export type TestReport =
  { kind: 'line'; text: string } | { kind: 'end'; results: MochaResults } | { kind: 'crash'; error: string };

/** No window came up in that time, or no test ended. */
const silenceMs = 180_000;

/** Hears from tests that run in an extension host, which has neither a terminal nor an exit code of its own. */
export class TestReports {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #write: (line: string) => void;
  #silence: NodeJS.Timeout | undefined;
  #resolve: (results: MochaResults) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  /** Rejects when the tests crash, lose their connection or fall silent. */
  readonly results: Promise<MochaResults>;

  private constructor(server: Server, write: (line: string) => void) {
    this.#server = server;
    this.#write = write;
    this.results = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.results.catch(() => undefined); // whoever awaits it hears of it
    server.on('connection', (socket) => this.#hear(socket));
    this.#wait();
  }

  static async listen(write: (line: string) => void): Promise<TestReports> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return new TestReports(server, write);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  end(): void {
    clearTimeout(this.#silence);
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #hear(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined); // 'close' follows
    createInterface({ input: socket }).on('line', (line) => this.#take(JSON.parse(line) as TestReport));
    socket.on('close', () => {
      this.#sockets.delete(socket);
      // After the last report, which settles the promise first.
      setImmediate(() => this.#reject(new Error('The extension host ended before its tests did.')));
    });
  }

  #take(report: TestReport): void {
    this.#wait();
    if (report.kind === 'line') this.#write(report.text);
    else if (report.kind === 'end') this.#resolve(report.results);
    else this.#reject(new Error(`The tests did not load:\n${report.error}`));
  }

  #wait(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#reject(new Error(`The extension host has reported nothing for ${silenceMs / 1000} s.`));
    }, silenceMs);
  }
}
