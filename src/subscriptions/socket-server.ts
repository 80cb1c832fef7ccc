import { randomUUID } from 'node:crypto';
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, handleProtocols, makeServer, type Server } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { hasCode } from '../platform/errors.js';
import type { ContextSource } from '../serving/serving-context.js';
import { outcomeOf, type SocketOperations } from './socket-operations.js';
import { SocketSession } from './socket-session.js';

const PATH = '/graphql';
const LARGEST_MESSAGE = 1024 * 1024;
const MOST_SOCKETS = 10_000;
const INIT_TIMEOUT_MS = 3_000;
const PING_EVERY_MS = 12_000;
const CHECK_TOKENS_EVERY_MS = 1_000;
const CLOSING_MS = 3_000;
/** The registered close code for "service restart": clients come back, and resume. */
const SERVICE_RESTART = 1012;

/** What serves WebSockets. */
export interface SocketDependencies {
  readonly contextOf: ContextSource;
  readonly clock: () => Date;
  readonly operations: SocketOperations;
  readonly report: SocketReport;
}

/** What the sockets tell their operators. */
export interface SocketReport {
  warn(fault: unknown, message: string): void;
  sockets(open: number): void;
  slowReader(): void;
}

interface Connected {
  readonly session: SocketSession;
}

/**
 * `WS /graphql` in the protocol graphql-transport-ws: any operation, on one connection, under the token in
 * `connectionParams.authorization`. The token is checked at connect, before each operation, when it expires, and each
 * second for revocation; a connection whose token has died is closed with 4403.
 */
export class SocketServer {
  private readonly sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  private readonly sessions = new Map<WebSocket, SocketSession>();
  private readonly protocol: Server<Connected>;
  private readonly timers: readonly NodeJS.Timeout[];
  private readonly unanswered = new WeakSet<WebSocket>();
  private isChecking = false;
  private isStopping = false;

  constructor(
    http: HttpServer,
    private readonly dependencies: SocketDependencies,
  ) {
    const { operations } = dependencies;
    this.protocol = makeServer<Record<string, unknown>, Connected>({
      connectionInitWaitTimeout: INIT_TIMEOUT_MS,
      onConnect: ({ connectionParams, extra }) => this.connect(extra.session, connectionParams),
      onSubscribe: ({ extra, subscriptions }, id, payload) =>
        operations.start(extra.session, id, payload, Object.keys(subscriptions).length),
      execute: outcomeOf,
      subscribe: outcomeOf,
    });
    http.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
    this.timers = [
      setInterval(() => this.ping(), PING_EVERY_MS).unref(),
      setInterval(() => void this.checkTokens(), CHECK_TOKENS_EVERY_MS).unref(),
    ];
  }

  /** Closes all sockets; those that do not close in time are cut off. */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const timer of this.timers) clearInterval(timer);
    const closed = [...this.sessions.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.sessions.keys()) socket.close(SERVICE_RESTART, 'The server restarts; connect again.');
    const cutOff = setTimeout(() => {
      for (const socket of this.sessions.keys()) socket.terminate();
    }, CLOSING_MS);
    await Promise.all(closed);
    clearTimeout(cutOff);
    this.sockets.close();
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const [path] = (request.url ?? '').split('?');
    if (path !== PATH) refuse(socket, '404 Not Found');
    else if (this.isStopping || this.sessions.size >= MOST_SOCKETS) refuse(socket, '503 Service Unavailable');
    else this.sockets.handleUpgrade(request, socket, head, (connected) => this.open(connected));
  }

  private open(socket: WebSocket): void {
    const { contextOf, clock, report } = this.dependencies;
    const session = new SocketSession(socket, randomUUID(), contextOf, clock, () => report.slowReader());
    this.sessions.set(socket, session);
    report.sockets(this.sessions.size);
    socket.on('pong', () => this.unanswered.delete(socket));
    socket.on('error', () => socket.terminate()); // a frame out of protocol: ws has closed with the code for it
    const closed = this.protocol.opened(
      {
        protocol: socket.protocol,
        send: async (data) => session.writer.write(data),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) => socket.on('message', (data) => this.receive(socket, () => take(String(data)))),
      },
      { session },
    );
    socket.once('close', (code, reason) => {
      this.sessions.delete(socket);
      session.end();
      report.sockets(this.sessions.size);
      void closed(code, String(reason)).catch((error) => report.warn(error, 'A socket could not be let go of.'));
    });
  }

  private async receive(socket: WebSocket, take: () => Promise<void>): Promise<void> {
    try {
      await take();
    } catch (error) {
      this.dependencies.report.warn(error, 'A message of a socket could not be answered.');
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    }
  }

  /** Whether a client may connect; one whose token can't be checked now is sent away to try again. */
  private async connect(session: SocketSession, parameters?: Record<string, unknown>): Promise<boolean> {
    try {
      return await session.connect(parameters);
    } catch (error) {
      if (hasCode(error, 'UNAUTHENTICATED') || hasCode(error, 'FORBIDDEN')) return false;
      this.dependencies.report.warn(error, 'A token could not be checked.');
      session.sendAway();
      return false;
    }
  }

  private ping(): void {
    for (const socket of this.sessions.keys()) {
      if (this.unanswered.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        this.unanswered.add(socket);
        socket.ping();
      }
    }
  }

  /** Looks at all tokens once, unless the last look is still under way; what stops it is told once. */
  async checkTokens(): Promise<void> {
    if (this.isChecking) return;
    this.isChecking = true;
    const outcomes = await Promise.allSettled([...this.sessions.values()].map((session) => session.check()));
    this.isChecking = false;
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) this.dependencies.report.warn(failed.reason, 'Tokens could not be checked.');
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
