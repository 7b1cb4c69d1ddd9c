import { isRecord, optionalString, type UnknownRecord } from '../../../src/base/record';

/** What a test or the script of an answer wants to know of one request of codex. */
export interface ModelRequest {
  /** The person's last text; codex's own user items (`<environment_context>` and the like) are skipped. */
  readonly prompt: string;
  readonly model: string;
  readonly effort: string | undefined;
  /** Names of the tools on offer; built-in ones by their type. */
  readonly tools: readonly string[];
  /** True when commands and edits have to go through the one JavaScript tool `exec`. */
  readonly isCodeMode: boolean;
  /** The turn's working directory, as codex told the model. */
  readonly cwd: string | undefined;
  /** Outputs of the tools called since the prompt, oldest first. */
  readonly outputs: readonly ToolOutput[];
  /** JSON schema that the answer has to follow, when there is one. */
  readonly schema: UnknownRecord | undefined;
  /** Length of the decoded body in bytes. */
  readonly size: number;
}

/** A tool's output as codex reports it to the model. */
export interface ToolOutput {
  readonly callId: string;
  readonly text: string;
}

/** Reads the body of a POST to `/responses`; throws when it is no JSON object. */
export function readModelRequest(body: string): ModelRequest {
  const parsed: unknown = JSON.parse(body);
  if (!isRecord(parsed)) throw new Error('The body is not a JSON object.');
  const items = Array.isArray(parsed.input) ? parsed.input.filter(isRecord) : [];
  const promptAt = items.findLastIndex((item) => item.role === 'user' && isOfPerson(textOf(item)));
  const tools = toolNames(parsed.tools);
  return {
    prompt: promptAt < 0 ? '' : textOf(items[promptAt]),
    model: optionalString(parsed.model) ?? '',
    effort: isRecord(parsed.reasoning) ? optionalString(parsed.reasoning.effort) : undefined,
    tools,
    isCodeMode: tools.includes('exec') && !tools.includes('exec_command'),
    cwd: items
      .map((item) => /<cwd>(.*?)<\/cwd>/.exec(textOf(item))?.[1])
      .findLast((cwd) => cwd !== undefined),
    outputs: items.slice(promptAt + 1).flatMap(outputOf),
    schema: schemaOf(parsed.text),
    size: Buffer.byteLength(body),
  };
}

function isOfPerson(text: string): boolean {
  return !/^\s*<[a-z_-]+[\s>]/i.test(text) && !text.startsWith('# AGENTS.md instructions');
}

function textOf(item: UnknownRecord | undefined): string {
  return partsText(item?.content);
}

function partsText(parts: unknown): string {
  if (typeof parts === 'string') return parts;
  if (!Array.isArray(parts)) return '';
  return parts.flatMap((part) => (isRecord(part) ? [optionalString(part.text) ?? ''] : [])).join('\n');
}

function outputOf(item: UnknownRecord): ToolOutput[] {
  const { type, call_id: callId, output } = item;
  if (typeof type !== 'string' || !type.endsWith('_call_output') || typeof callId !== 'string') return [];
  return [{ callId, text: partsText(output) }];
}

function toolNames(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools
    .filter(isRecord)
    .flatMap(({ name, type }) => optionalString(name) ?? optionalString(type) ?? []);
}

function schemaOf(text: unknown): UnknownRecord | undefined {
  const format = isRecord(text) ? text.format : undefined;
  return isRecord(format) && isRecord(format.schema) ? format.schema : undefined;
}
