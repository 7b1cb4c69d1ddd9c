import { element, icon, setWaiting, textButton } from './element';
import { FileChangeView } from './items/fileChangeView';
import { keyOf } from './items/itemView';
import type { TranscriptApproval, TranscriptQuestion } from './messages';
import { counted } from './text/amounts';
import { shownCode, shownLine, shownProse } from './text/shownText';
import { shownPath } from './text/shownPath';
import type { Tools } from './tools';

/** Files whose changes are open from the start. */
const OPEN_DIFFS = 3;

/** What codex wants to do and waits for leave to do, or what it asks, with all that one has to know to decide. */
export class ApprovalCard {
  readonly element = element('section', 'approval');
  readonly #tools: Tools;
  #shown: string | undefined;

  constructor(tools: Tools) {
    this.#tools = tools;
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
    const { summary, reason, command, files, diffs = [], questions = [], deadline } = approval;
    const content: HTMLElement[] = [
      element(
        'h2',
        'approval-title',
        icon('bell-dot', 'warning'),
        element('span', '', approvalWords(summary)),
      ),
    ];
    if (reason !== undefined) content.push(element('p', 'approval-reason', shownProse(reason)));
    if (command !== undefined) content.push(commandBlock(command));
    if (approval.cwd !== undefined)
      content.push(element('div', 'step-note', `in ${shownLine(approval.cwd)}`));
    if (diffs.length > 0) content.push(this.#diffs(approval.id, diffs));
    else if (files.length > 0) content.push(fileList(files, cwd));
    if (questions.length > 0) content.push(questionList(questions));
    if (deadline !== undefined) content.push(element('div', 'step-note', deadline));
    content.push(this.#buttons(approval));
    return content;
  }

  /** As in the conversation, but open. */
  #diffs(id: string, changes: NonNullable<TranscriptApproval['diffs']>): HTMLElement {
    const place = { turnId: id, itemId: 'requested' };
    for (const i of changes.slice(0, OPEN_DIFFS).keys())
      this.#tools.saved.setOpen(keyOf(place, String(i)), true);
    const item = { id, kind: 'fileChange', status: 'unknown', changes } as const;
    return element('div', 'approval-diffs', new FileChangeView(this.#tools, place, item).element);
  }

  #buttons({ id, choices }: TranscriptApproval): HTMLElement {
    const buttons = choices.map(({ decision, label }, i) =>
      textButton(i === 0 ? 'button' : 'button secondary', [shownLine(label)], () => {
        // Who is asked more may leave without an answer.
        for (const button of buttons) setWaiting(button, decision !== 'answer');
        this.#tools.post({ type: 'answer', approvalId: id, decision });
      }),
    );
    return element('div', 'buttons', ...buttons);
  }
}

/** The summary says what codex does: "wants to run npm test". */
export function approvalWords(summary: string): string {
  return `Codex ${shownLine(summary)}`;
}

function commandBlock(command: string): HTMLElement {
  const block = element('pre', 'approval-command', shownCode(command));
  block.tabIndex = 0;
  block.role = 'region';
  block.ariaLabel = 'In full';
  return block;
}

/** Each in full; what is answered is asked one after the other. */
function questionList(questions: readonly TranscriptQuestion[]): HTMLElement {
  const rows = questions.map(({ label, text, options }) => {
    const choices = options.map(({ label, description }) =>
      element(
        'li',
        '',
        element('span', 'option-label', shownLine(label)),
        ' ',
        element('span', 'option-description', shownLine(description)),
      ),
    );
    return element(
      'li',
      'approval-question',
      label === '' ? undefined : element('div', 'question-label', shownLine(label)),
      text === '' ? undefined : element('div', 'question-text', shownProse(text)),
      choices.length === 0 ? undefined : element('ul', 'question-options', ...choices),
    );
  });
  const list = element('ol', 'approval-questions', ...rows);
  list.tabIndex = 0;
  list.ariaLabel = counted(questions.length, 'question');
  return list;
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
