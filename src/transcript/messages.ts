import type { HistoryItem, TokenUsage, Turn } from '../threads/history/turn';
import type { ItemDelta } from '../threads/history/threadHistory';
import type { FileEdit } from '../threads/turnItem';

/** What the transcript shows around the conversation. */
export interface TranscriptThread {
  readonly id: string;
  readonly title: string;
  readonly status:
    'needsYou' | 'running' | 'stopping' | 'interrupted' | 'failed' | 'completed' | 'idle' | 'gone';
  readonly statusText: string;
  /** Why it is interrupted or failed. */
  readonly reason: string | undefined;
  /** "CLI", "another window"; undefined when it is this window or nobody. */
  readonly owner: string | undefined;
  /** "api · gpt-6 · workspace-write" */
  readonly details: string;
  /** Paths below it are shown relative to it. */
  readonly cwd?: string | undefined;
  /** What the box at the bottom does: a follow-up, more words for the turn that runs, or why nothing. */
  readonly prompt: { readonly mode: 'resume' | 'steer' } | { readonly mode: 'none'; readonly reason: string };
  readonly canStop: boolean;
  readonly turnStartedAt: number | undefined;
  readonly tokenUsage: TokenUsage | undefined;
  readonly goal: string | undefined;
  /** What codex waits for leave to do. */
  readonly approval: TranscriptApproval | undefined;
}

export interface TranscriptApproval {
  readonly id: string;
  readonly summary: string;
  readonly reason: string | undefined;
  /** The whole command, sanitised. */
  readonly command: string | undefined;
  readonly cwd: string | undefined;
  readonly files: readonly string[];
  /** What is to be done to the files, where that is known. */
  readonly diffs?: readonly FileEdit[];
  /** What is to be answered, in an input of VS Code's own. */
  readonly questions?: readonly TranscriptQuestion[];
  /** Until when there is time, as a sentence. */
  readonly deadline?: string | undefined;
  /** What may be answered, with the words on the button, the first being the main one. */
  readonly choices: readonly { readonly decision: string; readonly label: string }[];
}

export interface TranscriptQuestion {
  /** Empty where the heading says it, as is `text`. */
  readonly label: string;
  readonly text: string;
  readonly options: readonly { readonly label: string; readonly description: string }[];
}

/** An item as the page gets it: of a longer output only the last {@link MAX_SHOWN_OUTPUT} characters. */
export type TranscriptItem = HistoryItem & {
  /** Characters of the whole output, where it was cut. */
  readonly outputLength?: number | undefined;
};

/** A turn as the page gets it. */
export type TranscriptTurn = Omit<Turn, 'items'> & {
  readonly items: readonly TranscriptItem[];
  /** Added and removed lines of its file changes. */
  readonly totals: { readonly files: number; readonly added: number; readonly removed: number } | undefined;
};

/** Characters of an output that are sent at first; `loadOutput` asks for the rest. */
export const MAX_SHOWN_OUTPUT = 16 * 1024;

/** From the extension to the page. */
export type ToPage =
  | { readonly type: 'thread'; readonly thread: TranscriptThread }
  /** The thread and the turns were sent before the page was ready: one that has missed them is ready again. */
  | { readonly type: 'allSent' }
  /** Everything anew. */
  | { readonly type: 'reset'; readonly turns: readonly TranscriptTurn[]; readonly hasOlder: boolean }
  /** Turns that are older than all that the page has, oldest first. */
  | { readonly type: 'older'; readonly turns: readonly TranscriptTurn[]; readonly hasOlder: boolean }
  /** Each replaces the turn of its id (items included) or is added at the end. */
  | { readonly type: 'turns'; readonly turns: readonly TranscriptTurn[] }
  /** Each replaces the item of its id, or is added at the end of its turn. */
  | {
      readonly type: 'items';
      readonly items: readonly { readonly turnId: string; readonly item: TranscriptItem }[];
    }
  | { readonly type: 'deltas'; readonly deltas: readonly ItemDelta[] }
  /** The whole of an output that was asked for by `loadOutput`. */
  | { readonly type: 'output'; readonly turnId: string; readonly itemId: string; readonly output: string }
  /** The prompt `text` was taken: empty the box of it. Or not: keep it, or put it back, and say why. */
  | { readonly type: 'sent'; readonly text: string; readonly error: string | undefined }
  | { readonly type: 'problem'; readonly message: string | undefined };

/** From the page to the extension. The page shows what a model wrote: nothing of it is trusted. */
export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'loadOlder' }
  | { readonly type: 'loadItems'; readonly turnId: string }
  | { readonly type: 'loadOutput'; readonly turnId: string; readonly itemId: string }
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'stop' }
  | { readonly type: 'answer'; readonly approvalId: string; readonly decision: string }
  | { readonly type: 'openLink'; readonly href: string }
  | { readonly type: 'openFile'; readonly path: string; readonly line: number | undefined }
  /** The diff of one file of a turn, or of all of them. */
  | { readonly type: 'openChanges'; readonly turnId: string; readonly path: string | undefined }
  | { readonly type: 'openLog' }
  | { readonly type: 'copy'; readonly text: string };
