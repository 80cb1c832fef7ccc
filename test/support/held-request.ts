import { connect, type Socket } from 'node:net';

/** A request whose body is sent in two parts, with whatever the test does in between. */
export class HeldRequest {
  private answered = '';
  private readonly ended: Promise<string>;

  private constructor(
    private readonly socket: Socket,
    private readonly rest: string,
  ) {
    this.ended = new Promise((resolve) => {
      socket.setEncoding('utf8').on('data', (text: string) => {
        this.answered += text;
      });
      socket.on('error', () => {}); // a connection that was cut off
      socket.once('close', () => resolve(this.answered));
    });
  }

  /** Sends the head and half of the body; resolves once the server has them. */
  static async begin(url: string, path: string, headers: Record<string, string>, body: string): Promise<HeldRequest> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const half = Math.floor(body.length / 2);
    const held = new HeldRequest(socket, body.slice(half));
    const all = {
      host: 'tributary',
      'content-length': String(Buffer.byteLength(body)),
      expect: '100-continue',
      ...headers,
    };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST ${path} HTTP/1.1\r\n${head.join('')}\r\n`);
    await new Promise((resolve) => socket.once('data', resolve)); // 100 Continue: the request is under way
    held.answered = '';
    socket.write(body.slice(0, half));
    return held;
  }

  /** Sends the rest of the body. */
  finish(): void {
    this.socket.write(this.rest);
  }

  /** All that was answered, once the connection has been closed. */
  answer(): Promise<string> {
    return this.ended;
  }
}
