import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

const AFTER_THE_CUT_MS = 1_000;

/** How long a server takes its leave. */
export interface DrainLimits {
  /** From red readiness to the closed listener: time for balancers to see it. */
  readonly delayMs: number;
  /** From the closed listener to the cut of what is still under way. */
  readonly limitMs: number;
}

/**
 * Takes a server out of service. From `begin` on it is not ready; then it goes on as before for the delay, closes its
 * listener, answers what is under way with `connection: close`, and cuts off what is not answered within the limit.
 */
export class Drain {
  private begun = false;
  private readonly closers: (() => Promise<void>)[] = [];

  constructor(
    private readonly limits: DrainLimits,
    private readonly logger: Logger,
  ) {}

  get isDraining(): boolean {
    return this.begun;
  }

  begin(): void {
    this.begun = true;
  }

  /** Has `close` called together with the listener's closing: for connections that would never end by themselves. */
  whenClosing(close: () => Promise<void>): void {
    this.closers.push(close);
  }

  /** Resolves once nothing is under way any more, or has been cut off. */
  async finish(http: FastifyInstance): Promise<void> {
    this.begin();
    await delay(this.limits.delayMs);
    const closed = Promise.all([http.close(), ...this.closers.map((close) => close())]);
    const cut = new AbortController();
    await Promise.race([closed, this.cutOff(http, cut.signal)]).finally(() => cut.abort());
  }

  private async cutOff(http: FastifyInstance, signal: AbortSignal): Promise<void> {
    const late = await delay(this.limits.limitMs, true, { signal }).catch(() => false);
    if (!late) return;
    const connections = await openConnections(http);
    this.logger.warn({ connections }, `draining took ${this.limits.limitMs / 1_000} s: cut off what was under way`);
    http.server.closeAllConnections();
    await delay(AFTER_THE_CUT_MS, undefined, { signal }).catch(() => {});
  }
}

function openConnections(http: FastifyInstance): Promise<number> {
  return new Promise((resolve) => http.server.getConnections((_error, count) => resolve(count ?? 0)));
}
