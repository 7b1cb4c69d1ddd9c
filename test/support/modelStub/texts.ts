import { isRecord, type UnknownRecord } from '../../../src/base/record';
import type { Step } from './directives';
import type { ModelRequest } from './modelRequest';
import type { Pieces } from './responseStream';

/** The whole text at once. */
export function atOnce(text: string): Pieces {
  return { pieces: [text], durationMs: 0 };
}

/** `tick1 tick2 …`, ten a second. */
export function ticks(seconds: number): Pieces {
  const pieces = Array.from({ length: Math.max(1, Math.round(seconds * 10)) }, (_, at) => `tick${at + 1} `);
  return { pieces, durationMs: seconds * 1000 };
}

/** A thought of so many seconds, eight words a second. */
export function thoughts(seconds: number): Pieces {
  const words = '**Looking at the task** First I read what is asked, then I look for the shortest way.'.split(
    ' ',
  );
  const count = Math.max(words.length, Math.round(seconds * 8));
  const pieces = Array.from({ length: count }, (_, at) => `${words[at % words.length] ?? ''} `);
  return { pieces, durationMs: seconds * 1000 };
}

/** Numbered lines of 64 bytes, so many kB together. */
export function bigText(kilobytes: number): Pieces {
  const lines = (from: number): string =>
    Array.from({ length: 16 }, (_, at) => `${from * 16 + at + 1} `.padEnd(63, '.') + '\n').join('');
  return { pieces: Array.from({ length: Math.ceil(kilobytes) }, (_, at) => lines(at)), durationMs: 0 };
}

/** A Markdown answer that fits any prompt, in some 20 pieces; JSON at once when a schema is asked for. */
export function defaultAnswer(request: ModelRequest, steps: readonly Step[], durationMs: number): Pieces {
  if (request.schema !== undefined) return atOnce(JSON.stringify(sampleOf(request.schema, request.prompt)));
  const parts = [`**The offline model** answers; no real model was asked.`, `> ${shortened(request.prompt)}`];
  const last = request.outputs.at(-1);
  if (last !== undefined) parts.push('The last tool said:', '```\n' + last.text.slice(-400).trim() + '\n```');
  parts.push(steps.length > 0 ? `Done: ${steps.map(({ kind }) => kind).join(', ')}.` : directiveList);
  return { pieces: inPieces(parts.join('\n\n'), 20), durationMs };
}

const directiveList = `A prompt can tell this model what to do:

- \`say:TEXT\`, \`stream:SECONDS\`, \`reason:SECONDS\`, \`big:KB\`: answer, slowly, thinking, at length
- \`run:COMMAND\`, \`ask:COMMAND\`, \`edit:PATH="TEXT"\`, \`question:TEXT\`: use a tool
- \`fail:500\`, \`drop\`, \`cut\`, \`hang\`, \`slow:SECONDS\`: go wrong`;

function shortened(prompt: string): string {
  const line = prompt.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

function inPieces(text: string, count: number): string[] {
  const size = Math.max(1, Math.ceil(text.length / count));
  return text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
}

/** The smallest value of a JSON schema; strings say the beginning of the prompt. */
function sampleOf(schema: unknown, prompt: string): unknown {
  if (!isRecord(schema)) return shortened(prompt).slice(0, 40);
  if (Array.isArray(schema.enum)) return (schema.enum as unknown[])[0];
  const type = Array.isArray(schema.type) ? (schema.type as unknown[])[0] : schema.type;
  switch (type) {
    case 'object':
      return sampleOfObject(schema, prompt);
    case 'array':
      return [];
    case 'number':
    case 'integer':
      return 0;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return shortened(prompt).slice(0, 40);
  }
}

function sampleOfObject(schema: UnknownRecord, prompt: string): UnknownRecord {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  return Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, sampleOf(of, prompt)]));
}
