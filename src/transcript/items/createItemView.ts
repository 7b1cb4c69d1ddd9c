import type { TranscriptItem } from '../messages';
import type { Tools } from '../tools';
import { CommandView } from './commandView';
import { FileChangeView } from './fileChangeView';
import type { ItemPlace, ItemView } from './itemView';
import { MessageView } from './messageView';
import { NoteView } from './noteView';
import { PromptView } from './promptView';
import { ReasoningView } from './reasoningView';
import { ToolView } from './toolView';

/** The view for the kind of the item; it is only ever updated with items of that kind. */
export function createItemView(tools: Tools, place: ItemPlace, item: TranscriptItem): ItemView<never> {
  switch (item.kind) {
    case 'prompt':
      return new PromptView(tools, place, item);
    case 'message':
    case 'review':
    case 'plan':
      return new MessageView(tools, item);
    case 'reasoning':
      return new ReasoningView(tools, place, item);
    case 'command':
      return new CommandView(tools, place, item);
    case 'fileChange':
      return new FileChangeView(tools, place, item);
    case 'tool':
      return new ToolView(tools, place, item);
    default:
      return new NoteView(item);
  }
}
