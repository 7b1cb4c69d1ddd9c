import { errorText } from '../base/userError';
import type { ToPage } from '../transcript/messages';

const STILL_SENDING = 'Not sent: the prompt before this one is still on its way. Try again in a moment.';

/** What is typed below a transcript, one prompt after the other. */
export class TranscriptPrompts {
  readonly #send: (text: string) => Promise<string | undefined>;
  readonly #post: (message: ToPage) => boolean;
  #isSending = false;
  /** Why prompts were not taken, while there was no page to say it on. */
  readonly #untold: ToPage[] = [];

  /**
   * `send` resolves when a prompt was taken, with why it was not where that is to be said in the box; `post`
   * returns false where there is no page.
   */
  constructor(send: (text: string) => Promise<string | undefined>, post: (message: ToPage) => boolean) {
    this.#send = send;
    this.#post = post;
  }

  /** Hands it over, and tells the page what became of it. @throws what `send` throws */
  async send(text: string): Promise<void> {
    if (this.#isSending) {
      this.#sent(text, STILL_SENDING);
      return;
    }
    this.#isSending = true;
    try {
      this.#sent(text, await this.#send(text));
    } catch (error) {
      this.#sent(text, errorText(error));
      throw error;
    } finally {
      this.#isSending = false;
    }
  }

  /** A page has come: it gets what could not be told before. */
  tellUntold(): void {
    for (const message of this.#untold.splice(0)) this.#post(message);
  }

  /** A page that is hidden has let go of the text: the next one gets it back if it was not taken. */
  #sent(text: string, error: string | undefined): void {
    const message = { type: 'sent', text, error } as const;
    if (!this.#post(message) && error !== undefined) this.#untold.push(message);
  }
}
