import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AppServer, ServerNotification } from '../../../src/appServer/appServer';
import { Emitter } from '../../../src/base/event';

/**
 * What a run needs of an app-server, with a real process, whose turns go as a test says. Like codex it ends when
 * its input does.
 */
export class FakeServer {
  readonly pid: number;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
  readonly #child: ChildProcess;
  readonly #notifications = new Emitter<ServerNotification>();
  readonly #turnStarted = new Emitter<void>();
  readonly #turnStart = new Promise((resolve) => this.#turnStarted.event(() => resolve({})));

  readonly onNotification = this.#notifications.event;

  static async start(): Promise<FakeServer> {
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    return new FakeServer(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.exited = once(child, 'exit').then(() => ({
      code: child.exitCode,
      signal: child.signalCode,
      stderr: '',
    }));
  }

  /** For those who want the class itself; of it only what is here is used. */
  get asAppServer(): AppServer {
    return this as unknown as AppServer;
  }

  setRequestHandler(): void {
    // Nothing is ever asked.
  }

  request(method: string): Promise<unknown> {
    return method === 'turn/start' ? this.#turnStart : Promise.resolve({});
  }

  /** Answers `turn/start`, and tells that the turn has begun. */
  begin(threadId: string): void {
    this.#turnStarted.fire();
    this.tell('turn/started', { threadId, turn: { id: 'turn-1', status: 'inProgress' } });
  }

  /** The turn says something and has completed. */
  complete(threadId: string, text: string): void {
    const item = { type: 'agentMessage', id: 'item-1', text, phase: 'final_answer' };
    this.tell('item/completed', { threadId, turnId: 'turn-1', item });
    this.tell('turn/completed', { threadId, turn: { id: 'turn-1', status: 'completed' } });
  }

  tell(method: string, params: unknown): void {
    this.#notifications.fire({ method, params } as ServerNotification);
  }

  stop(): Promise<unknown> {
    this.#child.stdin?.end();
    return this.exited;
  }

  endLeftovers(): Promise<number> {
    return Promise.resolve(0);
  }
}
