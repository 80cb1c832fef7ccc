import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { eventually } from './eventually.js';

/** A span, as OTLP's JSON has it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly status: { readonly code: number };
}

interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[] }[];
}

/** A collector that takes OTLP over HTTP as JSON, and keeps what it was sent. */
export class SpanReceiver {
  readonly spans: ReceivedSpan[] = [];
  /** The headers of each export. */
  readonly headers: IncomingMessage['headers'][] = [];
  private readonly server: Server = createServer(async (request, response) => {
    this.headers.push(request.headers);
    this.paths.add(request.url ?? '');
    const { resourceSpans } = (await json(request)) as Export;
    this.spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  readonly paths = new Set<string>();

  /** Its address, once it listens. */
  async listen(): Promise<string> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans of a trace, once the one of this name is among them. */
  trace(traceId: string, name: string): Promise<ReceivedSpan[]> {
    const known = async () => this.spans.filter((span) => span.traceId === traceId);
    return eventually(known, (spans) => spans.some((span) => span.name === name));
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** An attribute of a span. */
export function attributeOf({ attributes }: ReceivedSpan, key: string): unknown {
  return Object.values(attributes.find((attribute) => attribute.key === key)?.value ?? {})[0];
}
