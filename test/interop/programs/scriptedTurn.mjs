// A turn without codex: `say:TEXT` answers at once, `stream:N` says tick1 tick2 … for N seconds, `ask:COMMAND`
// runs a command if somebody allows it.
import { execSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';

const tickMs = 100;

export class ScriptedTurn {
  threadId;
  output = '';
  /** Resolves with a decision on a command; set by whoever runs the turn. */
  askLeave;
  isAsking = false;
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
    const [, directive, value] = /^(say|stream|ask):(.*)$/.exec(prompt);
    if (directive === 'say') {
      this.output = value;
      this.#resolve('completed');
      return;
    }
    if (directive === 'ask') {
      void this.#ask(value);
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

  async #ask(command) {
    this.isAsking = true;
    const decision = await this.askLeave(command);
    this.isAsking = false;
    if (decision.startsWith('accept')) execSync(command);
    this.output = `The command got: ${decision}`;
    this.#end(decision === 'cancel' ? 'interrupted' : 'completed');
  }

  #end(status) {
    clearInterval(this.#timer);
    this.#resolve(status);
  }
}
