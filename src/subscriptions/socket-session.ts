import type { WebSocket } from 'ws';
import type { RequestContext } from '../platform/context.js';
import { hasCode } from '../platform/errors.js';
import { type ContextSource, callerOf } from '../serving/serving-context.js';
import { SocketWriter, TRY_AGAIN_LATER } from './subscriber.js';

const LONGEST_TIMER_MS = 2_147_483_647;

/** The close code of graphql-transport-ws for a caller that may not, or no longer, be served. */
export const FORBIDDEN = 4403;

/** One connected client: who it is, and that it still may. */
export class SocketSession {
  readonly writer: SocketWriter;
  private authorization: string | undefined;
  private purpose: string | undefined;
  private expiry: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(
    private readonly socket: WebSocket,
    readonly requestId: string,
    private readonly contextOf: ContextSource,
    private readonly clock: () => Date,
    onSlow: () => void,
  ) {
    this.writer = new SocketWriter(socket, onSlow);
  }

  /** Takes the token a client connects with; false where it brings none. Throws UNAUTHENTICATED where it does not hold. */
  async connect(parameters: Readonly<Record<string, unknown>> = {}): Promise<boolean> {
    const { authorization, 'tributary-purpose': purpose } = parameters;
    if (typeof authorization !== 'string') return false;
    this.authorization = authorization;
    this.purpose = typeof purpose === 'string' ? purpose : undefined;
    const { principal } = await this.context();
    if (this.isOver) return false;
    if (principal.expiresAt) this.closeAt(principal.expiresAt);
    return true;
  }

  /** A context as of now; throws UNAUTHENTICATED where the token no longer holds. */
  async context(requestId = this.requestId): Promise<RequestContext> {
    const { authorization, purpose } = this;
    const context = callerOf(await this.contextOf({ authorization, purpose }, requestId));
    if (!context) throw new Error('A session without a token was asked for its context.');
    return context;
  }

  /** Closes the socket where its token has been revoked or its tenant is suspended. What can't be told now is looked at again later. */
  async check(): Promise<void> {
    if (this.authorization === undefined) return;
    try {
      await this.context();
    } catch (error) {
      if (hasCode(error, 'UNAUTHENTICATED')) this.forbid('The token does not hold any more.');
      else if (hasCode(error, 'FORBIDDEN')) this.forbid('The tenant is suspended.');
      else throw error;
    }
  }

  /** Closes the socket for a reason that passes. */
  sendAway(): void {
    this.socket.close(TRY_AGAIN_LATER, 'Not available; try again shortly.');
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.expiry);
  }

  private closeAt(expiry: Date): void {
    const left = Math.max(0, expiry.getTime() - this.clock().getTime());
    const onTime = left > LONGEST_TIMER_MS ? () => this.closeAt(expiry) : () => this.forbid('The token has expired.');
    this.expiry = setTimeout(onTime, Math.min(left, LONGEST_TIMER_MS)).unref();
  }

  private forbid(reason: string): void {
    this.socket.close(FORBIDDEN, reason);
  }
}
