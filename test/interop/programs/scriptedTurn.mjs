// A turn without codex: `say:TEXT` answers at once, `stream:N` says tick1 tick2 … for N seconds.
import { randomUUID } from 'node:crypto';

const tickMs = 100;

export class ScriptedTurn {
  threadId;
  output = '';
  #resolve;
  #timer;
  /** Resolves with the status of the turn. */
  ended = new Promise((resolve) => (this.#resolve = resolve));

  /** `threadId` is that of a thread to go on with. */
  constructor(threadId) {
    this.threadId = threadId ?? randomUUID();
  }

  prepare() {}

  start(prompt) {
    const [, directive, value] = /^(say|stream):(.*)$/.exec(prompt);
    if (directive === 'say') {
      this.output = value;
      this.#resolve('completed');
      return;
    }
    let ticks = 0;
    this.#timer = setInterval(() => {
      ticks++;
      this.output += `tick${ticks} `;
      if (ticks * tickMs >= Number(value) * 1000) this.#end('completed');
    }, tickMs);
  }

  stop() {
    this.#end('interrupted');
  }

  close() {}

  #end(status) {
    clearInterval(this.#timer);
    this.#resolve(status);
  }
}
