import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { WebSocket } from 'ws';

const MOST_BUFFERED_BYTES = 4 * 1024 * 1024;
const DRAINED_BYTES = 256 * 1024;
const LONGEST_DRAIN_MS = 30_000;
const DRAIN_POLL_MS = 20;
const CLOSING_MS = 2_000;

/** The registered close code for "try again later": clients come back, and resume. */
export const TRY_AGAIN_LATER = 1013;

/** A socket's outgoing side: what its reader does not take is bounded, and one that stops reading is closed. */
export class SocketWriter {
  constructor(
    private readonly socket: WebSocket,
    private readonly onSlow: () => void,
  ) {}

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  write(text: string): void {
    if (!this.isOpen) return;
    if (this.socket.bufferedAmount > MOST_BUFFERED_BYTES) this.closeSlow();
    else this.socket.send(text);
  }

  /** Ends once the reader has taken nearly all; one that takes too long is closed. */
  async drained(): Promise<void> {
    for (let waited = 0; this.isOpen && this.socket.bufferedAmount > DRAINED_BYTES; waited += DRAIN_POLL_MS) {
      if (waited >= LONGEST_DRAIN_MS) return this.closeSlow();
      await delay(DRAIN_POLL_MS);
    }
  }

  /** A reader that takes nothing takes no closing frame either: it is cut off shortly after. */
  private closeSlow(): void {
    this.onSlow();
    this.socket.close(TRY_AGAIN_LATER, 'This reader is too slow; resume behind the last message.');
    setTimeout(() => this.socket.terminate(), CLOSING_MS).unref();
  }
}

/**
 * One subscription of one socket. Messages, serialised once for all that get the same, go straight to the socket; to the
 * protocol's library it is a stream that yields nothing and ends when the subscription does.
 */
export class Subscriber implements AsyncGenerator<never, undefined> {
  readonly signal: AbortSignal;
  /** Tells this subscription from all others. */
  readonly key = randomUUID();
  private readonly stopping = new AbortController();
  private readonly head: string;
  private readonly end: Promise<IteratorReturnResult<undefined>>;
  private finish!: () => void;
  private break!: (error: Error) => void;

  constructor(
    private readonly writer: SocketWriter,
    operationId: string,
    /** Who follows. */
    readonly subject: string,
  ) {
    this.signal = this.stopping.signal;
    this.head = `{"id":${JSON.stringify(operationId)},"type":"next","payload":`;
    this.end = new Promise((resolve, reject) => {
      this.finish = () => resolve({ done: true, value: undefined });
      this.break = reject;
    });
    this.end.catch(() => undefined); // told by next() where someone listens
  }

  /** Sends a message whose payload is serialised. */
  send(payload: string): void {
    if (!this.signal.aborted) this.writer.write(`${this.head}${payload}}`);
  }

  drained(): Promise<void> {
    return this.writer.drained();
  }

  /** Ends the subscription with an error, which the client is told. */
  fail(error: Error): void {
    this.stopping.abort();
    this.break(error);
  }

  next(): Promise<IteratorReturnResult<undefined>> {
    return this.end;
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.stopping.abort();
    this.finish();
    return { done: true, value: undefined };
  }

  async throw(error: Error): Promise<IteratorReturnResult<undefined>> {
    this.fail(error);
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
