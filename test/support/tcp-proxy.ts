import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of what is sent through: it passes, passes late, vanishes while connections stay open, or is cut off. */
export type Passage = 'open' | 'slow' | 'silent' | 'cut';

const SLOWED_BY_MS = 100;

/** A stretch of network between a server and its database, which a test can spoil. */
export class TcpProxy {
  private passage: Passage = 'open';
  private readonly pairs = new Map<Socket, Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: { readonly host: string; readonly port: number },
  ) {
    server.on('connection', (client) => this.join(client));
  }

  static async to(host: string, port: number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpProxy(server, { host, port });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  set(passage: Passage): void {
    this.passage = passage;
    if (passage === 'cut') for (const socket of [...this.pairs.keys(), ...this.pairs.values()]) socket.destroy();
  }

  async close(): Promise<void> {
    this.set('cut');
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    client.on('error', () => client.destroy());
    if (this.passage === 'cut') {
      client.destroy();
      return;
    }
    const upstream = connect(this.target.port, this.target.host);
    this.pairs.set(client, upstream);
    this.pass(client, upstream);
    this.pass(upstream, client);
    upstream.on('error', () => upstream.destroy());
    client.on('close', () => {
      this.pairs.delete(client);
      upstream.destroy();
    });
    upstream.on('close', () => {
      if (this.passage !== 'silent') client.destroy();
    });
  }

  /** What vanished once does not come later: TCP would not leave a gap, so the connection is useless from then on. */
  private pass(from: Socket, to: Socket): void {
    let isBroken = false;
    from.on('data', (data) => {
      isBroken ||= this.passage === 'silent';
      if (isBroken) return;
      if (this.passage === 'slow') setTimeout(() => to.write(data), SLOWED_BY_MS);
      else to.write(data);
    });
  }
}
