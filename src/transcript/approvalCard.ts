import { element, icon, setWaiting, textButton } from './element';
import type { FromPage, TranscriptApproval } from './messages';
import { counted } from './text/amounts';
import { shownCode, shownLine, shownProse } from './text/shownText';
import { shownPath } from './text/shownPath';

/** What codex wants to do and waits for leave to do, with all that one has to know to decide. */
export class ApprovalCard {
  readonly element = element('section', 'approval');
  readonly #post: (message: FromPage) => void;
  #shown: string | undefined;

  constructor(post: (message: FromPage) => void) {
    this.#post = post;
    this.element.ariaLabel = 'Codex Needs You';
    this.element.hidden = true;
  }

  show(approval: TranscriptApproval | undefined, cwd: string | undefined): void {
    const shown = JSON.stringify([approval, cwd]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.element.hidden = approval === undefined;
    if (approval !== undefined) this.element.replaceChildren(...this.#content(approval, cwd));
  }

  #content(approval: TranscriptApproval, cwd: string | undefined): HTMLElement[] {
    const { summary, reason, command, files } = approval;
    const content: HTMLElement[] = [
      element('h2', 'approval-title', icon('bell-dot', 'warning'), element('span', '', shownLine(summary))),
    ];
    if (reason !== undefined) content.push(element('p', 'approval-reason', shownProse(reason)));
    if (command !== undefined) content.push(commandBlock(command));
    if (approval.cwd !== undefined)
      content.push(element('div', 'step-note', `in ${shownLine(approval.cwd)}`));
    if (files.length > 0) content.push(fileList(files, cwd));
    content.push(this.#buttons(approval));
    return content;
  }

  #buttons({ id, choices }: TranscriptApproval): HTMLElement {
    const buttons = choices.map(({ decision, label }, i) =>
      textButton(i === 0 ? 'button' : 'button secondary', [shownLine(label)], () => {
        for (const button of buttons) setWaiting(button, true);
        this.#post({ type: 'answer', approvalId: id, decision });
      }),
    );
    return element('div', 'buttons', ...buttons);
  }
}

function commandBlock(command: string): HTMLElement {
  const block = element('pre', 'approval-command', shownCode(command));
  block.tabIndex = 0;
  block.role = 'region';
  block.ariaLabel = 'Command';
  return block;
}

function fileList(files: readonly string[], cwd: string | undefined): HTMLElement {
  const rows = files.map((path) => {
    const { name, folder } = shownPath(path, cwd);
    const row = element(
      'li',
      '',
      icon('file', 'quiet'),
      element('span', 'file-name', name),
      element('span', 'file-folder', folder),
    );
    row.title = shownLine(path);
    return row;
  });
  const list = element('ul', 'approval-files', ...rows);
  list.tabIndex = 0;
  list.ariaLabel = counted(files.length, 'file');
  return list;
}
