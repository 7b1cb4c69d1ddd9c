import type { ProgressStatus } from '../../threads/history/turn';
import { element, icon, spoken } from '../element';

interface StatusLook {
  readonly icon: string;
  readonly className: string;
  readonly words: string;
}

/** Icons and colours are those of the rows of the tree. */
const looks: Readonly<Record<ProgressStatus, StatusLook>> = {
  running: { icon: 'loading', className: 'spin', words: 'Running' },
  completed: { icon: 'check', className: 'passed', words: 'Completed' },
  failed: { icon: 'error', className: 'failed', words: 'Failed' },
  declined: { icon: 'circle-slash', className: 'quiet', words: 'Declined' },
  interrupted: { icon: 'debug-pause', className: 'quiet', words: 'Interrupted' },
  unknown: { icon: 'circle-small', className: 'quiet', words: 'Not finished' },
};

/** How far a step or a turn is, in words. */
export function statusWords(status: ProgressStatus): string {
  return lookOf(status).words;
}

/** The same as an icon; a screen reader says the words. */
export class StatusMark {
  readonly element = element('span', 'status-icon');
  #status: ProgressStatus | undefined;

  constructor(status?: ProgressStatus) {
    if (status !== undefined) this.show(status);
  }

  show(status: ProgressStatus): void {
    // An icon that turns would begin anew.
    if (status === this.#status) return;
    this.#status = status;
    const { icon: name, className, words } = lookOf(status);
    this.element.replaceChildren(icon(name, className), spoken(`${words}: `));
  }
}

function lookOf(status: ProgressStatus): StatusLook {
  return Object.hasOwn(looks, status) ? looks[status] : looks.unknown;
}
