import type { FileEdit } from '../turnItem';

/**
 * How far a turn or an item is. `unknown`: it is not finished as far as codex knows, but somebody else may be
 * at it; codex calls a turn that another process runs "interrupted", which is no fact.
 */
export type ProgressStatus = 'running' | 'completed' | 'failed' | 'declined' | 'interrupted' | 'unknown';

export interface PlanStep {
  readonly step: string;
  readonly status: 'pending' | 'inProgress' | 'completed';
}

interface ItemBase {
  /** Unique within its turn. */
  readonly id: string;
  readonly status: ProgressStatus;
  /** Milliseconds, where codex tells. */
  readonly durationMs?: number | undefined;
}

/** One thing that happened in a turn, as the views show it. Immutable: every change is a new object. */
export type HistoryItem =
  /** A prompt within the turn: the one that began it, and those that steered it. */
  | (ItemBase & { readonly kind: 'prompt'; readonly text: string })
  /** Markdown. Not final: said on the way to the answer. */
  | (ItemBase & { readonly kind: 'message'; readonly text: string; readonly isFinal: boolean })
  /** Markdown of the reasoning summary; empty where the model gives none. */
  | (ItemBase & { readonly kind: 'reasoning'; readonly text: string })
  | (ItemBase & {
      readonly kind: 'command';
      readonly command: string;
      readonly cwd: string | undefined;
      readonly exitCode: number | undefined;
      /** Standard output and error as they came, the oldest part cut off beyond {@link MAX_OUTPUT} or earlier. */
      readonly output: string;
    })
  | (ItemBase & { readonly kind: 'fileChange'; readonly changes: readonly FileEdit[] })
  | (ItemBase & {
      readonly kind: 'tool';
      /** "server.tool" of MCP, else the tool's own name. */
      readonly name: string;
      /** JSON, indented; empty without any. */
      readonly input: string;
      readonly output: string;
    })
  | (ItemBase & { readonly kind: 'webSearch'; readonly query: string })
  /** Markdown of a plan item; the running plan of a turn is {@link Turn.plan}. */
  | (ItemBase & { readonly kind: 'plan'; readonly text: string })
  | (ItemBase & { readonly kind: 'review'; readonly text: string })
  | (ItemBase & { readonly kind: 'image'; readonly path: string | undefined })
  | (ItemBase & { readonly kind: 'subAgent'; readonly text: string })
  /** `willRetry`: codex tries again by itself. */
  | (ItemBase & { readonly kind: 'error'; readonly message: string; readonly willRetry: boolean })
  /** The context was compacted, codex slept…; and what this version does not know, by its own name. */
  | (ItemBase & { readonly kind: 'note'; readonly text: string });

export type HistoryItemKind = HistoryItem['kind'];

/** Characters of a command's or tool's output that are kept of an item. */
export const MAX_OUTPUT = 1024 * 1024;

/** From `thread/tokenUsage/updated`. */
export interface TokenUsage {
  readonly totalTokens: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningOutputTokens: number;
  /** How many the model can see at once, where codex tells. */
  readonly contextWindow: number | undefined;
  /** What the last call of the model took of that window. */
  readonly lastTotalTokens: number;
}

/** One turn of a thread. Immutable: every change is a new object; `items` is a new array with each new item. */
export interface Turn {
  readonly id: string;
  readonly status: ProgressStatus;
  /** The person's text that began it, whole; undefined while it is not known. */
  readonly prompt: string | undefined;
  /** Epoch milliseconds. */
  readonly startedAt: number | undefined;
  readonly durationMs: number | undefined;
  /** Why it failed. */
  readonly error: string | undefined;
  readonly items: readonly HistoryItem[];
  /** False where only a summary of its items is here: `ThreadHistory.loadItems` gets the rest. */
  readonly hasAllItems: boolean;
  readonly plan: readonly PlanStep[] | undefined;
}
