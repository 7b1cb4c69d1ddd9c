import { element } from './element';

/** Enough to know what it is about; the rest is read where it stands. */
const MAX_LENGTH = 800;

/** Tells a screen reader what happens, when it has happened: not each word that comes. */
export class Announcer {
  readonly element = element('div', 'spoken');

  constructor() {
    this.element.role = 'status';
  }

  say(text: string): void {
    this.element.replaceChildren(element('p', '', text.slice(0, MAX_LENGTH)));
  }
}
