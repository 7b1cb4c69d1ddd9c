import type { HistoryItem } from '../../src/threads/history/turn';
import type { TranscriptTurn } from '../../src/transcript/messages';
import { TranscriptBench } from '../support/transcriptPage';
import type { OpenTranscript } from '../support/transcriptPage';

/** Runs in the page: resolves when the next frame has been drawn, with what that took the page, in milliseconds. */
export const nextFrame = `() => new Promise((resolve) => requestAnimationFrame(() => {
  const start = performance.now();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => resolve(performance.now() - start);
  port2.postMessage(undefined);
}))`;

/** Does something with pages of the transcript, in a browser of its own. */
export async function inTranscript<T>(work: (open: () => Promise<OpenTranscript>) => Promise<T>): Promise<T> {
  const bench = await TranscriptBench.start();
  try {
    return await work(() => bench.open());
  } finally {
    await bench.end();
  }
}

/** A turn with these items. */
export function turnWith(id: string, items: readonly HistoryItem[]): TranscriptTurn {
  return {
    id,
    status: 'running',
    prompt: `Prompt of ${id}`,
    startedAt: Date.now(),
    durationMs: undefined,
    error: undefined,
    items,
    hasAllItems: true,
    plan: undefined,
    totals: undefined,
  };
}

/** A message as a model writes it: headings, paragraphs, lists, code. `number` makes it differ from others. */
export function sampleAnswer(number: number): string {
  return `## Step ${number}

I changed \`src/module${number}.ts:12\` so that it **checks** what it gets, and looked at https://example.org/${number}.

- the first point has some words in it, and a [link](src/a.ts)
- the second one has \`code\` and _emphasis_

\`\`\`ts
export function check${number}(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('No text');
  return value.trim();
}
\`\`\`

Then a paragraph that goes on for a while, as they do, with nothing much in it but words, until it comes to its end.

`;
}
