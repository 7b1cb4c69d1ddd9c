import { randomUUID } from 'node:crypto';
import { parseDirectives, type Step } from './directives';
import { fail } from './failures';
import type { ModelRequest } from './modelRequest';
import type { ResponseStream } from './responseStream';
import { atOnce, bigText, defaultAnswer, thoughts, ticks } from './texts';
import { callOf, isCallStep, pollOf } from './toolCalls';

/**
 * Writes the answer to one request. A turn with tools takes several: each plays the steps up to the next
 * tool call, and the outputs that have come back tell how far the turn is, so that a step happens once.
 * @param answerMs how long the answer to a prompt without text directives streams
 */
export async function answer(request: ModelRequest, stream: ResponseStream, answerMs: number): Promise<void> {
  const last = request.outputs.at(-1);
  const poll = last?.callId.startsWith('left-') ? undefined : pollOf(last);
  if (poll !== undefined) {
    await stream.call(poll, `poll-${randomUUID()}`);
    return stream.complete(request.size);
  }
  const script = parseDirectives(request.prompt);
  const steps = stepsAfter(script, callsDone(request));
  for (const [at, step] of steps.entries()) {
    const isLastText = !steps.slice(at + 1).some((later) => isCallStep(later) || isText(later));
    if (await hasEnded(step, request, stream, isLastText)) return;
  }
  if (!steps.some(isText)) await stream.message(defaultAnswer(request, script, answerMs), 'final_answer');
  await stream.complete(request.size);
}

function callsDone(request: ModelRequest): number {
  const ids = request.outputs.map(({ callId }) => callId).filter((id) => /^(step|left)-/.test(id));
  return new Set(ids).size;
}

/** The steps behind the script's first `calls` tool calls, up to and with the next one. */
function stepsAfter(script: readonly Step[], calls: number): Step[] {
  const ends = script.flatMap((step, at) => (isCallStep(step) ? [at + 1] : []));
  const from = calls === 0 ? 0 : (ends[calls - 1] ?? script.length);
  return script.slice(from, ends[calls] ?? script.length);
}

function isText(step: Step): boolean {
  return step.kind === 'say' || step.kind === 'stream' || step.kind === 'big';
}

/** Plays one step; true when the response is over with it. */
async function hasEnded(
  step: Step,
  request: ModelRequest,
  stream: ResponseStream,
  isLastText: boolean,
): Promise<boolean> {
  if (isCallStep(step)) {
    const prefix = step.kind === 'background' ? 'left' : 'step';
    await stream.call(await callOf(step, request), `${prefix}-${randomUUID()}`);
    await stream.complete(request.size);
    return true;
  }
  const phase = isLastText ? 'final_answer' : 'commentary';
  switch (step.kind) {
    case 'say':
      await stream.message(atOnce(step.text), phase);
      return false;
    case 'stream':
      await stream.message(ticks(step.seconds), phase);
      return false;
    case 'big':
      await stream.message(bigText(step.kilobytes), phase);
      return false;
    case 'reason':
      await stream.reasoning(thoughts(step.seconds));
      return false;
    case 'slow':
      await stream.wait(step.seconds * 1000);
      return false;
    case 'hang':
      await stream.hang();
      return true;
    case 'fail':
      await fail(stream, step.reason);
      return true;
    case 'drop':
      await stream.drop();
      return true;
    case 'cut':
      await stream.cut();
      return true;
  }
}
