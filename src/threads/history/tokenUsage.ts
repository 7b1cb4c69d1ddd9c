import { isRecord } from '../../base/record';
import type { TokenUsage } from './turn';

/** Checks the `tokenUsage` of `thread/tokenUsage/updated`; undefined when it does not say the total. */
export function parseTokenUsage(value: unknown): TokenUsage | undefined {
  if (!isRecord(value) || !isRecord(value.total) || typeof value.total.totalTokens !== 'number')
    return undefined;
  const { total, last, modelContextWindow } = value;
  const count = (tokens: unknown): number => (typeof tokens === 'number' ? tokens : 0);
  return {
    totalTokens: count(total.totalTokens),
    inputTokens: count(total.inputTokens),
    cachedInputTokens: count(total.cachedInputTokens),
    outputTokens: count(total.outputTokens),
    reasoningOutputTokens: count(total.reasoningOutputTokens),
    contextWindow: typeof modelContextWindow === 'number' ? modelContextWindow : undefined,
    lastTotalTokens: isRecord(last) ? count(last.totalTokens) : 0,
  };
}
