import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

const LONGEST_WAIT_MS = 60_000;

/** A subscription under way: its messages in the order of arrival. */
export class Followed<T> {
  readonly messages: T[] = [];
  /** What ended it: errors, or nothing where the server or the test ended it well. */
  fault: unknown;
  private readonly waiting = new Set<() => void>();
  private hasEnded = false;
  stop: () => void = () => undefined;

  take(message: T): void {
    this.messages.push(message);
    this.wake();
  }

  end(fault?: unknown): void {
    this.hasEnded = true;
    this.fault = fault;
    this.wake();
  }

  /** Waits until the messages satisfy a condition. */
  async until(isEnough: (messages: readonly T[]) => boolean, longestMs = LONGEST_WAIT_MS): Promise<readonly T[]> {
    const end = Date.now() + longestMs;
    while (!isEnough(this.messages)) {
      if (this.hasEnded) throw new Error(`The subscription ended: ${describe(this.fault)}`);
      if (Date.now() > end) throw new Error(`After ${this.messages.length} messages, none came that was waited for.`);
      await this.change(end - Date.now());
    }
    return this.messages;
  }

  /** Waits until the subscription has ended, and returns what ended it. */
  async ended(): Promise<unknown> {
    while (!this.hasEnded) await this.change(LONGEST_WAIT_MS);
    return this.fault;
  }

  private change(longestMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, longestMs);
      this.waiting.add(wake);
    });
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
  }
}

/** One caller's connection by graphql-ws's own client. */
export class SocketClient {
  private readonly client: Client;
  /** The code and reason it was closed with. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  constructor(url: string, token: string, parameters: Readonly<Record<string, string>> = {}) {
    let tell: (event: { code: number; reason: string }) => void;
    this.closed = new Promise((resolve) => {
      tell = resolve;
    });
    this.client = createClient({
      url: new URL('/graphql', url.replace(/^http/, 'ws')).href,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}`, ...parameters },
      lazy: true,
      lazyCloseTimeout: 3_000, // one operation after the other on one connection
      retryAttempts: 0,
      on: { closed: (event) => tell(event as { code: number; reason: string }) },
    });
  }

  /** Starts a subscription; resolves once the server has begun to follow it, as far as a client can tell. */
  follow<T, V extends Record<string, unknown>>(document: TypedDocumentNode<T, V> | string, variables?: V): Followed<T> {
    const followed = new Followed<T>();
    const query = typeof document === 'string' ? document : print(document);
    followed.stop = this.client.subscribe<T>(
      { query, variables },
      {
        next: ({ data, errors }) => {
          if (errors) followed.end(errors);
          else if (data) followed.take(data);
        },
        error: (fault) => followed.end(fault),
        complete: () => followed.end(),
      },
    );
    return followed;
  }

  /** Runs a query or mutation over the socket. */
  async ask<T>(query: string, variables?: Record<string, unknown>): Promise<T> {
    const followed = this.follow<T, Record<string, unknown>>(query, variables);
    const [answer] = await followed.until((messages) => messages.length > 0);
    return answer as T;
  }

  close(): void {
    void this.client.dispose();
  }
}

function describe(fault: unknown): string {
  if (Array.isArray(fault)) return fault.map((one) => JSON.stringify(one)).join('; ');
  if (fault instanceof Error) return fault.message;
  const { code, reason } = (fault ?? {}) as { code?: number; reason?: string };
  return code === undefined ? JSON.stringify(fault) : `closed with ${code} ${reason}`;
}
