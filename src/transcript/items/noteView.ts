import { element, icon } from '../element';
import type { Content } from '../element';
import { linkTo } from '../markdown/links';
import type { TranscriptItem } from '../messages';
import { shownCode, shownLine, shownProse } from '../text/shownText';
import type { ItemView } from './itemView';

const MAX_TEXT = 20_000;

/** What takes a line and has nothing inside: searches, pictures, other agents, errors, and what is not known. */
export class NoteView implements ItemView {
  readonly element = element('div');

  constructor(item: TranscriptItem) {
    this.update(item);
  }

  update(item: TranscriptItem): void {
    const { name, className, content } = lookOf(item);
    this.element.className = `note ${className}`;
    this.element.replaceChildren(
      icon(name, className === 'retry' ? 'spin' : ''),
      element('span', '', ...content),
    );
  }
}

interface Look {
  readonly name: string;
  readonly className: string;
  readonly content: readonly Content[];
}

function lookOf(item: TranscriptItem): Look {
  switch (item.kind) {
    case 'webSearch':
      return note('search', 'Searched the web for ', element('em', '', shownLine(item.query)));
    case 'image':
      return note('file-media', 'Looked at ', pictureName(item.path));
    case 'subAgent':
      return note('type-hierarchy-sub', shownProse(item.text));
    case 'error':
      return item.willRetry ? retryLook(item.message, item.status === 'running') : errorLook(item.message);
    case 'note':
      return note('info', shownProse(item.text.slice(0, MAX_TEXT)));
    default:
      // Of a newer version: its name is all that we know of it.
      return note('circle-small', shownLine(item.kind));
  }
}

function note(name: string, ...content: readonly Content[]): Look {
  return { name, className: '', content };
}

function errorLook(message: string): Look {
  return { name: 'error', className: 'error', content: [shownProse(message.slice(0, MAX_TEXT))] };
}

/** No failure yet: codex goes on by itself. */
function retryLook(message: string, isRunning: boolean): Look {
  const content = [isRunning ? 'Trying again: ' : 'Tried again: ', shownProse(message.slice(0, MAX_TEXT))];
  return { name: isRunning ? 'loading' : 'sync', className: isRunning ? 'retry' : '', content };
}

function pictureName(path: string | undefined): Content {
  if (path === undefined) return 'a picture';
  return linkTo({ kind: 'file', path, line: undefined }, element('code', '', shownCode(path)));
}
