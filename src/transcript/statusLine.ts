import { duration } from '../base/duration';
import { element, icon, iconButton } from './element';
import type { FromPage, TranscriptThread } from './messages';
import { count } from './text/amounts';
import { shownLine } from './text/shownText';

interface StatusLook {
  readonly icon: string;
  readonly className: string;
}

/** Icons and colours are those of the rows of the tree. */
const looks: Readonly<Record<TranscriptThread['status'], StatusLook>> = {
  needsYou: { icon: 'bell-dot', className: 'warning' },
  running: { icon: 'loading', className: 'spin' },
  stopping: { icon: 'loading', className: 'spin warning' },
  interrupted: { icon: 'debug-pause', className: 'quiet' },
  failed: { icon: 'error', className: 'failed' },
  completed: { icon: 'pass', className: 'passed' },
  idle: { icon: 'circle-large-outline', className: 'quiet' },
  gone: { icon: 'circle-slash', className: 'quiet' },
};

/** One line above the box: how the thread is, who runs it and with what, and what it has used. */
export class StatusLine {
  readonly element = element('div', 'status-line');
  readonly #icon = element('span', 'status-icon');
  readonly #words = element('span', 'status-words');
  readonly #time = element('span', 'status-time');
  readonly #reason = element('span', 'status-reason');
  readonly #goal = element('span', 'status-goal');
  readonly #details = element('span', 'status-details');
  readonly #tokens = element('span', 'status-tokens');
  #status: TranscriptThread['status'] | undefined;
  #startedAt: number | undefined;
  #ticks: ReturnType<typeof setInterval> | undefined;

  constructor(post: (message: FromPage) => void) {
    const state = element('span', 'status-state', this.#icon, this.#words, this.#time, this.#reason);
    const log = iconButton('output', 'Open Log', () => post({ type: 'openLog' }));
    this.element.append(state, this.#goal, this.#details, this.#tokens, log);
  }

  show(thread: TranscriptThread): void {
    this.#showIcon(thread.status);
    this.#words.textContent = thread.statusText;
    this.#reason.textContent = [thread.owner, thread.reason]
      .filter((part) => part !== undefined)
      .map((part) => ` · ${shownLine(part)}`)
      .join('');
    this.#reason.title = thread.reason ?? '';
    this.#details.textContent = shownLine(thread.details);
    this.#details.title = shownLine(thread.details);
    this.#showGoal(thread.goal);
    this.#showTokens(thread.tokenUsage);
    this.#startedAt = thread.turnStartedAt;
    this.#tick();
  }

  #showIcon(status: TranscriptThread['status']): void {
    // An icon that turns would begin anew.
    if (status === this.#status) return;
    this.#status = status;
    const { icon: name, className } = Object.hasOwn(looks, status) ? looks[status] : looks.idle;
    this.#icon.replaceChildren(icon(name, className));
  }

  #showGoal(goal: string | undefined): void {
    this.#goal.hidden = goal === undefined;
    if (goal === undefined) return;
    const text = shownLine(goal);
    this.#goal.replaceChildren(icon('target'), element('span', 'cut', text));
    this.#goal.title = `Goal: ${text}`;
  }

  #showTokens(usage: TranscriptThread['tokenUsage']): void {
    this.#tokens.hidden = usage === undefined;
    if (usage === undefined) return;
    const { totalTokens, inputTokens, cachedInputTokens, outputTokens, reasoningOutputTokens } = usage;
    this.#tokens.textContent = `${count(totalTokens)} tokens`;
    const lines = [
      `Input: ${count(inputTokens)}, of which ${count(cachedInputTokens)} cached`,
      `Output: ${count(outputTokens)}, of which ${count(reasoningOutputTokens)} reasoning`,
    ];
    if (usage.contextWindow !== undefined && usage.contextWindow > 0) {
      const share = Math.min(100, Math.round((100 * usage.lastTotalTokens) / usage.contextWindow));
      this.#tokens.textContent += ` · ${share}% of context`;
      lines.push(`Context: ${count(usage.lastTotalTokens)} of ${count(usage.contextWindow)}`);
    }
    this.#tokens.title = lines.join('\n');
  }

  #tick(): void {
    if (this.#startedAt === undefined) {
      clearInterval(this.#ticks);
      this.#ticks = undefined;
      this.#time.textContent = '';
      return;
    }
    this.#time.textContent = ` · ${duration(Date.now() - this.#startedAt)}`;
    this.#ticks ??= setInterval(() => this.#tick(), 1_000);
  }
}
