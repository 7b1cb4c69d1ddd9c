import { isRecord } from '../base/record';
import { Announcer } from './announcer';
import { ApprovalCard, approvalWords } from './approvalCard';
import { Conversation } from './conversation';
import { element, icon } from './element';
import { FollowEnd } from './followEnd';
import { Frames } from './frames';
import { LazyFill } from './lazyFill';
import { MarkdownParser } from './markdown/markdownParser';
import type { FromPage, ToPage, TranscriptThread } from './messages';
import { NearScreen } from './nearScreen';
import { PromptBox } from './promptBox';
import { SavedState } from './savedState';
import { StatusLine } from './statusLine';
import type { Tools } from './tools';
import type { VsCodeApi } from './vsCodeApi';

declare function acquireVsCodeApi(): VsCodeApi;

/** Shows one thread: what came so far, what comes, and the box to write on. All of it comes by messages. */
class Page {
  readonly #post: (message: FromPage) => void;
  readonly #conversation: Conversation;
  readonly #approval: ApprovalCard;
  readonly #status: StatusLine;
  readonly #prompt: PromptBox;
  readonly #announcer = new Announcer();
  readonly #problem = element('div', 'problem');
  /** Empty when it is shown. */
  readonly #unshown = document.createDocumentFragment();
  #thread: TranscriptThread | undefined;

  constructor(api: VsCodeApi) {
    const post = (message: FromPage): void => api.postMessage(message);
    this.#post = post;
    const saved = new SavedState(api);
    const content = element('div', 'content');
    const scroller = element('main', 'conversation', content);
    scroller.tabIndex = 0;
    scroller.ariaLabel = 'Conversation';
    const follow = new FollowEnd(scroller, content);
    const tools: Tools = {
      post,
      saved,
      follow,
      frames: new Frames(),
      lazyFill: new LazyFill(content),
      nearScreen: new NearScreen(scroller),
      announcer: this.#announcer,
      markdown: new MarkdownParser(),
      cwd: () => this.#thread?.cwd,
    };
    this.#conversation = new Conversation(tools, { scroller, content });
    this.#approval = new ApprovalCard(tools);
    this.#status = new StatusLine(post);
    this.#prompt = new PromptBox(post, saved);
    this.#problem.role = 'alert';
    this.#problem.hidden = true;
    const bottom = element(
      'div',
      'bottom',
      this.#problem,
      this.#approval.element,
      this.#status.element,
      this.#prompt.element,
    );
    const bottomArea = element('aside', 'bottom-area', bottom);
    bottomArea.ariaLabel = 'Thread';
    this.#unshown.append(
      element('div', 'conversation-area', scroller, follow.button),
      bottomArea,
      this.#announcer.element,
    );
  }

  /** Once. What is drawn while the page is loaded needs the font of the icons, for which VS Code waits then. */
  show(): void {
    document.body.append(this.#unshown);
  }

  /** What is no message of ours, or of a newer version, is left alone. */
  receive(message: ToPage): void {
    this.show();
    switch (message.type) {
      case 'thread':
        return this.#showThread(message.thread);
      case 'allSent':
        if (this.#thread === undefined || !this.#conversation.hasBegun) this.#post({ type: 'ready' });
        return;
      case 'reset':
        return this.#conversation.reset(message.turns, message.hasOlder);
      case 'older':
        return this.#conversation.older(message.turns, message.hasOlder);
      case 'turns':
        return this.#conversation.update(message.turns);
      case 'items':
        return this.#conversation.updateItems(message.items);
      case 'deltas':
        return this.#conversation.append(message.deltas);
      case 'output':
        return this.#conversation.showOutput(message.turnId, message.itemId, message.output);
      case 'sent':
        return this.#prompt.sent(message.text, message.error);
      case 'problem':
        return this.#showProblem(message.message);
    }
  }

  #showThread(thread: TranscriptThread): void {
    const before = this.#thread;
    this.#thread = thread;
    this.#status.show(thread);
    const hadFocus = this.#approval.element.contains(document.activeElement);
    this.#approval.show(thread.approval, thread.cwd);
    this.#prompt.show(thread);
    if (hadFocus && thread.approval === undefined) this.#prompt.focus();
    if (before !== undefined && newsOf(thread) !== newsOf(before)) this.#announcer.say(newsOf(thread));
  }

  #showProblem(message: string | undefined): void {
    this.#problem.hidden = message === undefined;
    if (message === undefined) return;
    this.#problem.replaceChildren(icon('error', 'failed'), element('span', '', message));
    this.#conversation.allowAskingAgain();
  }
}

/** What of a thread is said aloud when it changes. */
function newsOf({ approval, statusText }: TranscriptThread): string {
  return approval === undefined ? statusText : approvalWords(approval.summary);
}

const api = acquireVsCodeApi();
const page = new Page(api);
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  // The extension and this page are of one build, so that the rest of the message is of the type it says.
  if (isRecord(data) && typeof data.type === 'string') page.receive(data as ToPage);
});
window.addEventListener('load', () => page.show());
api.postMessage({ type: 'ready' });
