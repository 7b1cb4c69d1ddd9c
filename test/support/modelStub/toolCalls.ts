import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Step } from './directives';
import type { ModelRequest, ToolOutput } from './modelRequest';
import type { ToolCall } from './responseStream';

/** The steps that end an answer with a tool call and go on when its output has come back. */
export type CallStep = Extract<Step, { kind: 'run' | 'background' | 'ask' | 'edit' | 'tool' | 'question' }>;

export function isCallStep(step: Step): step is CallStep {
  return ['run', 'background', 'ask', 'edit', 'tool', 'question'].includes(step.kind);
}

/** The call that carries a step out with the tools that this request offers. */
export async function callOf(step: CallStep, request: ModelRequest): Promise<ToolCall> {
  switch (step.kind) {
    case 'run':
      return execCommand({ cmd: step.command, yield_time_ms: longestYieldMs }, request);
    case 'background':
      return execCommand({ cmd: step.command, yield_time_ms: 250 }, request, 'leave');
    case 'ask': {
      const justification = `May I run “${step.command}” outside the sandbox?`;
      const escalation = { sandbox_permissions: 'require_escalated', justification };
      return execCommand({ cmd: step.command, yield_time_ms: longestYieldMs, ...escalation }, request);
    }
    case 'edit':
      return applyPatch(await patchOf(step.path, step.text, request.cwd), request);
    case 'tool':
      return namedCall(step.name, step.input ?? '{}');
    case 'question':
      return functionCall('request_user_input', { questions: [questionOf(step.text)] });
  }
}

/**
 * The call that goes on waiting when the last tool has returned before its command was over, which codex
 * says in the output. Undefined when nothing is to be waited for.
 */
export function pollOf(last: ToolOutput | undefined): ToolCall | undefined {
  const session = /Process running with session ID (\d+)/.exec(last?.text ?? '')?.[1];
  if (session !== undefined) {
    const rest = { chars: '', yield_time_ms: longestYieldMs };
    return functionCall('write_stdin', { session_id: Number(session), ...rest });
  }
  const cell = /Script running with cell ID (\S+)/.exec(last?.text ?? '')?.[1];
  return cell === undefined
    ? undefined
    : functionCall('wait', { cell_id: cell, yield_time_ms: longestYieldMs });
}

/** codex 0.169 cuts anything above this to it. */
const longestYieldMs = 30_000;

/** In code mode the script itself has to wait for a command that is longer than one call. */
const scriptToEnd = `while (r.session_id !== undefined)
  r = await tools.write_stdin({ session_id: r.session_id, chars: '', yield_time_ms: ${longestYieldMs} });`;

function execCommand(args: object, request: ModelRequest, mode: 'finish' | 'leave' = 'finish'): ToolCall {
  if (!request.isCodeMode) return functionCall('exec_command', args);
  const started = `let r = await tools.exec_command(${JSON.stringify(args)});`;
  return script(`${started} ${mode === 'leave' ? '' : scriptToEnd} text(r);`);
}

function applyPatch(patch: string, request: ModelRequest): ToolCall {
  if (request.isCodeMode) return script(`text(await tools.apply_patch(${JSON.stringify(patch)}));`);
  if (request.tools.includes('apply_patch')) {
    return { type: 'custom_tool_call', name: 'apply_patch', input: patch };
  }
  // A model that codex does not know gets no such tool, but codex sees through this command.
  return execCommand({ cmd: `apply_patch <<'END_OF_PATCH'\n${patch}\nEND_OF_PATCH` }, request);
}

function functionCall(name: string, args: object): ToolCall {
  return { type: 'function_call', name, arguments: JSON.stringify(args) };
}

/** Codex offers the tools of an MCP server in a namespace: `mcp__SERVER/TOOL`. */
function namedCall(name: string, input: string): ToolCall {
  const [namespace, tool] = name.split('/');
  if (tool === undefined) return { type: 'function_call', name, arguments: input };
  return { type: 'function_call', namespace, name: tool, arguments: input };
}

function script(input: string): ToolCall {
  return { type: 'custom_tool_call', name: 'exec', input };
}

function questionOf(question: string): object {
  const options = [
    { label: 'Yes (Recommended)', description: 'Go on.' },
    { label: 'No', description: 'Leave it.' },
  ];
  return { id: 'offline_question', header: 'Question', question, options };
}

/** Adds the file when it is not there (or empty), else appends to it, so that both kinds of change exist. */
async function patchOf(file: string, text = 'Written by the offline model.', cwd = '/'): Promise<string> {
  const added = text.split('\n').map((line) => `+${line}`);
  const present = await readFile(path.resolve(cwd, file), 'utf8').catch(() => '');
  const context = present.replace(/\n$/, '').split('\n').slice(-3);
  const change =
    present === ''
      ? [`*** Add File: ${file}`, ...added]
      : [`*** Update File: ${file}`, '@@', ...context.map((line) => ` ${line}`), ...added, '*** End of File'];
  return ['*** Begin Patch', ...change, '*** End Patch'].join('\n');
}
