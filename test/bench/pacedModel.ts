import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A model that answers any prompt with words that are sent in equal distances, from when it is told to; the part
 * of the Responses API that codex needs for it.
 */
export class PacedModel {
  readonly #server: Server;
  #answering: Promise<ServerResponse>;

  private constructor(server: Server) {
    this.#server = server;
    this.#answering = new Promise((resolve) => {
      server.on('request', ({ method, url }, response) => {
        if (method === 'POST' && url?.endsWith('/responses') === true) resolve(response);
        else response.writeHead(404).end();
      });
    });
  }

  static async start(): Promise<PacedModel> {
    const server = createServer();
    const model = new PacedModel(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return model;
  }

  /** What `base_url` in codex's config.toml has to be. */
  get baseUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** Answers a prompt, which may be still to come; resolves with the epoch ms at which each word was sent. */
  async answer(words: readonly string[], perSecond: number): Promise<number[]> {
    const response = await this.#answering;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (type: string, fields: object): void =>
      void response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
    const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
    const item = { type: 'message', role: 'assistant', id: 'msg_1', phase: 'final_answer' };
    send('response.created', { response: { id: 'resp_1' } });
    send('response.output_item.added', { output_index: 0, item: { ...item, content: [] } });
    const sent = await paced(words, perSecond, (delta) =>
      send('response.output_text.delta', { ...place, delta }),
    );
    const content = [{ type: 'output_text', text: words.join('') }];
    send('response.output_item.done', { output_index: 0, item: { ...item, content } });
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    send('response.completed', { response: { id: 'resp_1', usage } });
    response.end();
    return sent;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

/** A timer that is late sends what is due then. */
function paced(words: readonly string[], perSecond: number, send: (word: string) => void): Promise<number[]> {
  const sent: number[] = [];
  const start = performance.now();
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = ((performance.now() - start) * perSecond) / 1_000;
      for (const word of words.slice(sent.length, due)) {
        sent.push(performance.timeOrigin + performance.now());
        send(word);
      }
      if (sent.length < words.length) return;
      clearInterval(timer);
      resolve(sent);
    }, 1);
  });
}
