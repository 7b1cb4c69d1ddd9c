import { element, icon, iconButton, setWaiting } from './element';
import type { FromPage, TranscriptThread } from './messages';
import type { SavedState } from './savedState';

const placeholders = {
  resume: 'Ask for a follow-up',
  steer: 'Tell Codex more while it works',
} as const;

/** Where the person writes on. Enter sends, Shift+Enter begins a new line. */
export class PromptBox {
  readonly element = element('div', 'prompt-box');
  readonly #post: (message: FromPage) => void;
  readonly #saved: SavedState;
  readonly #input = element('textarea', 'prompt-input');
  readonly #send = iconButton('send', 'Send', () => this.#submit());
  readonly #stop = iconButton('debug-stop', 'Stop', () => this.#stopTurn());
  readonly #why = element('div', 'prompt-why');
  readonly #error = element('div', 'prompt-error');
  #mode: TranscriptThread['prompt']['mode'] = 'none';
  /** What this page waits to hear of. */
  #sending: string | undefined;

  constructor(post: (message: FromPage) => void, saved: SavedState) {
    this.#post = post;
    this.#saved = saved;
    this.#input.rows = 1;
    this.#input.value = saved.draft;
    this.#input.ariaLabel = 'Prompt';
    this.#input.addEventListener('input', () => this.#edited());
    this.#input.addEventListener('keydown', (event) => {
      // While an input method is at work Enter belongs to it.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.#error.role = 'alert';
    this.#stop.hidden = true;
    const box = element('div', 'prompt-frame', this.#input, this.#why, this.#stop, this.#send);
    this.element.append(this.#error, box);
    this.#update();
  }

  show({ prompt, canStop, status }: TranscriptThread): void {
    this.#mode = prompt.mode;
    if (prompt.mode === 'none') this.#why.replaceChildren(icon('info'), element('span', '', prompt.reason));
    else {
      this.#input.placeholder = placeholders[prompt.mode];
      this.#input.ariaLabel = placeholders[prompt.mode];
    }
    this.#stop.hidden = !canStop;
    setWaiting(this.#stop, status === 'stopping');
    this.#update();
  }

  focus(): void {
    this.#input.focus();
  }

  /** The prompt was taken, or not, and then why. A page before this one may have sent it. */
  sent(text: string, error: string | undefined): void {
    const { value } = this.#input;
    if (this.#sending === text) this.#sending = undefined;
    if (error === undefined && value === text) this.#input.value = '';
    if (error !== undefined && value !== text) {
      this.#input.value = value.trim() === '' ? text : `${text}\n\n${value}`;
    }
    this.#error.textContent = error ?? '';
    this.#saveDraft();
    this.#update();
  }

  #submit(): void {
    const text = this.#input.value;
    if (this.#sending !== undefined || this.#mode === 'none' || text.trim() === '') return;
    this.#sending = text;
    this.#saveDraft();
    this.#error.textContent = '';
    this.#update();
    this.#post({ type: 'send', text });
  }

  #stopTurn(): void {
    setWaiting(this.#stop, true);
    this.#post({ type: 'stop' });
  }

  #edited(): void {
    this.#saveDraft();
    this.#update();
  }

  /** What is on its way is no draft: the page may be gone when it is taken. */
  #saveDraft(): void {
    this.#saved.draft = this.#sending === undefined ? this.#input.value : '';
  }

  #update(): void {
    const isOff = this.#mode === 'none';
    this.#input.hidden = isOff;
    this.#why.hidden = !isOff;
    this.#send.hidden = isOff;
    this.#input.readOnly = this.#sending !== undefined;
    this.#send.disabled = this.#sending !== undefined || this.#input.value.trim() === '';
  }
}
