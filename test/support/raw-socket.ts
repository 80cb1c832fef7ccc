import { WebSocket } from 'ws';

/** A WebSocket that speaks no protocol by itself: tests send what they like. */
export class RawSocket {
  readonly socket: WebSocket;
  readonly received: Record<string, unknown>[] = [];
  readonly opened: Promise<void>;
  readonly closed: Promise<number>;
  private readonly waiting = new Set<() => void>();

  constructor(url: string, protocols: string | string[] = 'graphql-transport-ws') {
    this.socket = new WebSocket(new URL('/graphql', url.replace(/^http/, 'ws')), protocols);
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', () => resolve());
      this.socket.once('error', reject);
    });
    this.closed = new Promise((resolve) => this.socket.once('close', (code) => resolve(code)));
    this.opened.catch(() => undefined);
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data) => {
      this.received.push(JSON.parse(String(data)) as Record<string, unknown>);
      for (const wake of this.waiting) wake();
    });
  }

  /** Opens it and brings a token, as a client of the protocol does. */
  static async connected(url: string, token: string): Promise<RawSocket> {
    const socket = new RawSocket(url);
    await socket.opened;
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await socket.message('connection_ack');
    return socket;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message of a type, once it has come. */
  message(type: string): Promise<Record<string, unknown>> {
    return this.first((message) => message.type === type);
  }

  /** The first message of an operation, once it has come. */
  answerTo(id: string): Promise<Record<string, unknown>> {
    return this.first((message) => message.id === id);
  }

  private async first(isIt: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
    for (;;) {
      const found = this.received.find(isIt);
      if (found) return found;
      await new Promise<void>((resolve, reject) => {
        const wake = () => {
          this.waiting.delete(wake);
          resolve();
        };
        this.waiting.add(wake);
        void this.closed.then((code) => reject(new Error(`The socket was closed with ${code}.`)));
      });
    }
  }
}
