import { isRecord, optionalString } from '../../base/record';
import type { UnknownRecord } from '../../base/record';
import { jsonText, keepEnd, keepStart, textOf, textOfParts } from './itemText';
import type { HistoryItem } from './turn';

type Base = Pick<HistoryItem, 'id' | 'status' | 'durationMs'>;

/** The items of tools other than the shell, and of other agents; undefined for everything else. */
export function parseToolItem(value: UnknownRecord, base: Base): HistoryItem | undefined {
  switch (value.type) {
    case 'mcpToolCall':
      return { ...tool(value, base, value.server), output: mcpOutput(value) };
    case 'dynamicToolCall':
      return {
        ...tool(value, value.success === false ? failed(base) : base, value.namespace),
        output: keepEnd(textOfParts(value.contentItems)),
      };
    case 'functionCallOutput':
      return {
        ...tool({ tool: value.name }, base, value.namespace),
        output: keepEnd(textOfParts(value.output)),
      };
    case 'webSearch':
      return { ...base, kind: 'webSearch', query: keepStart(searchText(value)) };
    case 'collabAgentToolCall':
      return { ...base, kind: 'subAgent', text: keepStart(agentCallText(value)) };
    case 'subAgentActivity':
      return { ...base, kind: 'subAgent', text: keepStart(activityText(value)) };
    default:
      return undefined;
  }
}

function tool(value: UnknownRecord, base: Base, owner: unknown): HistoryItem & { kind: 'tool' } {
  const name = [owner, value.tool].filter((part) => typeof part === 'string' && part !== '').join('.');
  return { ...base, kind: 'tool', name, input: keepStart(jsonText(value.arguments)), output: '' };
}

function failed(base: Base): Base {
  return base.status === 'running' ? base : { ...base, status: 'failed' };
}

/** An error in place of a result, else the result's texts, else its structure. */
function mcpOutput({ result, error }: UnknownRecord): string {
  if (isRecord(error)) return keepEnd(optionalString(error.message) ?? '');
  if (!isRecord(result)) return '';
  const text = textOfParts(result.content);
  return keepEnd(text === '' ? jsonText(result.structuredContent) : text);
}

/** What was looked for, or the page that was opened. */
function searchText(value: UnknownRecord): string {
  const query = textOf(value, 'query');
  if (query !== '' || !isRecord(value.action)) return query;
  const { query: ownQuery, queries, url, pattern } = value.action;
  const all = [ownQuery, ...(Array.isArray(queries) ? (queries as unknown[]) : []), pattern, url];
  return all.filter((part) => typeof part === 'string' && part !== '').join(', ');
}

/** "spawnAgent: its prompt", and what became of each agent in a line of its own. */
function agentCallText(value: UnknownRecord): string {
  const prompt = textOf(value, 'prompt');
  const head = textOf(value, 'tool') + (prompt === '' ? '' : `: ${prompt}`);
  const states = isRecord(value.agentsStates) ? Object.values(value.agentsStates).filter(isRecord) : [];
  const lines = states.map((state) => {
    const message = textOf(state, 'message');
    return message === '' ? textOf(state, 'status') : `${textOf(state, 'status')}: ${message}`;
  });
  return [head, ...lines].filter((line) => line !== '').join('\n');
}

function activityText(value: UnknownRecord): string {
  const agent = [textOf(value, 'agentPath'), textOf(value, 'agentThreadId')].find((name) => name !== '');
  return [textOf(value, 'kind'), agent ?? ''].filter((part) => part !== '').join(' ');
}
