import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What goes wrong with one request: an answer instead of the server's, or the server's answer lost on its way. */
export type Trouble = { readonly status: number; readonly retryAfter?: number } | 'lost answer';

/** Stands between a client and a server; the next requests have the troubles it is told, the others pass. */
export class FlakyProxy {
  /** The status of each answer that went back; 0 for a lost one. */
  readonly answered: number[] = [];
  /** The headers of each request. */
  readonly headers: IncomingMessage['headers'][] = [];
  private troubles: Trouble[] = [];
  private readonly server: Server = createServer((request, response) => {
    this.take(request, response).catch(() => response.destroy());
  });

  private constructor(private readonly target: string) {}

  static async before(target: string): Promise<FlakyProxy> {
    const proxy = new FlakyProxy(target);
    await new Promise<void>((listening) => proxy.server.listen(0, '127.0.0.1', listening));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on: forgets what was, and gives the next requests these troubles. */
  expect(...troubles: Trouble[]): void {
    this.troubles = troubles;
    this.answered.length = 0;
    this.headers.length = 0;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.headers.push(request.headers);
    const body = new Uint8Array(await buffer(request));
    const trouble = this.troubles.shift();
    if (trouble && trouble !== 'lost answer') return this.refuse(response, trouble);
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...headers } = request.headers;
    const answer = await fetch(new URL(request.url ?? '', this.target), {
      method: request.method ?? 'POST',
      headers: headers as Record<string, string>,
      body,
    });
    const text = await answer.text();
    this.answered.push(trouble ? 0 : answer.status);
    if (trouble) response.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  }

  private refuse(response: ServerResponse, { status, retryAfter }: Exclude<Trouble, string>): void {
    this.answered.push(status);
    if (retryAfter !== undefined) response.setHeader('retry-after', String(retryAfter));
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end('{"success":false,"code":"x","message":"x"}');
  }
}
