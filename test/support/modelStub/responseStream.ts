import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Text in the pieces in which it is streamed, over so many milliseconds together. */
export interface Pieces {
  readonly pieces: readonly string[];
  readonly durationMs: number;
}

/** A tool call as the Responses API writes it; functions take JSON, custom tools take text. */
export type ToolCall =
  | { type: 'function_call'; namespace?: string | undefined; name: string; arguments: string }
  | { type: 'custom_tool_call'; name: string; input: string };

/**
 * One answer of the Responses API as server-sent events. The headers go out with the first event, so that
 * an answer may still become an HTTP error before it. Everything rejects once the client has gone.
 */
export class ResponseStream {
  readonly #response: ServerResponse;
  readonly #signal: AbortSignal;
  readonly #id = `resp_${randomUUID()}`;
  #items = 0;
  #outputSize = 0;

  constructor(response: ServerResponse, signal: AbortSignal) {
    this.#response = response;
    this.#signal = signal;
  }

  async wait(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#signal });
  }

  /** Keeps the line open until the client goes, then rejects. */
  async hang(): Promise<void> {
    this.#signal.throwIfAborted();
    await once(this.#response, 'close', { signal: this.#signal });
  }

  async message(text: Pieces, phase: 'commentary' | 'final_answer'): Promise<void> {
    const id = `msg_${randomUUID()}`;
    const item = { type: 'message', role: 'assistant', id, phase };
    await this.#item({ ...item, content: [] }, async (output_index) => {
      const place = { item_id: id, output_index, content_index: 0 };
      await this.#deltas(text, (delta) => this.#send('response.output_text.delta', { ...place, delta }));
      return { ...item, content: [{ type: 'output_text', text: text.pieces.join('') }] };
    });
  }

  async reasoning(text: Pieces): Promise<void> {
    const id = `rs_${randomUUID()}`;
    const whole = text.pieces.join('');
    await this.#item({ type: 'reasoning', id, summary: [] }, async (output_index) => {
      const place = { item_id: id, output_index };
      await this.#send('response.reasoning_summary_part.added', { ...place, summary_index: 0 });
      await this.#deltas(text, async (delta) => {
        await this.#send('response.reasoning_summary_text.delta', { ...place, summary_index: 0, delta });
        await this.#send('response.reasoning_text.delta', { ...place, content_index: 0, delta });
      });
      const summary = [{ type: 'summary_text', text: whole }];
      const content = [{ type: 'reasoning_text', text: whole }];
      return { type: 'reasoning', id, summary, content, encrypted_content: 'offline' };
    });
  }

  /** `callId` comes back with the tool's output in the next request. */
  async call(call: ToolCall, callId: string): Promise<void> {
    const item = { ...call, id: `fc_${randomUUID()}`, call_id: callId };
    await this.#item(item, () => Promise.resolve(item));
  }

  /** The regular end; `inputSize` in bytes, for a plausible token count. */
  async complete(inputSize: number): Promise<void> {
    const input_tokens = Math.ceil(inputSize / 4);
    const output_tokens = Math.ceil(this.#outputSize / 4);
    const usage = {
      ...{ input_tokens, input_tokens_details: { cached_tokens: 0 } },
      ...{ output_tokens, output_tokens_details: { reasoning_tokens: 0 } },
      total_tokens: input_tokens + output_tokens,
    };
    await this.#send('response.completed', { response: { id: this.#id, usage } });
    this.#response.end();
  }

  /** Fails with an HTTP status, or in the stream when that has begun already. */
  async httpError(status: number, error: { message: string; type: string; code: string }): Promise<void> {
    if (this.#response.headersSent) return this.streamError(error);
    this.#response.writeHead(status, { 'content-type': 'application/json' });
    this.#response.end(JSON.stringify({ error }));
  }

  async streamError(error: { message: string; code: string }): Promise<void> {
    const { code, message } = error;
    await this.#send('response.failed', { response: { id: this.#id, error: { code, message } } });
    this.#response.end();
  }

  /** Ends the stream without saying that the answer is complete. */
  async cut(): Promise<void> {
    await this.#open();
    this.#response.end();
  }

  /** Breaks the connection. */
  async drop(): Promise<void> {
    await this.#open();
    this.#response.destroy();
  }

  async #item(added: object, body: (index: number) => Promise<object>): Promise<void> {
    const output_index = this.#items++;
    await this.#send('response.output_item.added', { output_index, item: added });
    const item = await body(output_index);
    await this.#send('response.output_item.done', { output_index, item });
  }

  async #deltas(text: Pieces, send: (delta: string) => Promise<void>): Promise<void> {
    for (const piece of text.pieces) {
      await send(piece);
      if (text.durationMs > 0) await this.wait(text.durationMs / text.pieces.length);
    }
  }

  async #open(): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#response.headersSent) return;
    this.#response.writeHead(200, { 'content-type': 'text/event-stream' });
    await this.#write('response.created', { response: { id: this.#id } });
  }

  async #send(type: string, fields: object): Promise<void> {
    await this.#open();
    await this.#write(type, fields);
  }

  async #write(type: string, fields: object): Promise<void> {
    const data = JSON.stringify({ type, ...fields });
    this.#outputSize += data.length;
    if (this.#response.write(`event: ${type}\ndata: ${data}\n\n`)) return;
    await once(this.#response, 'drain', { signal: this.#signal });
  }
}
