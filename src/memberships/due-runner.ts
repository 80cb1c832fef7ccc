import { setTimeout as delay } from 'node:timers/promises';
import type { TenantContext } from '../platform/context.js';
import type { HeldLease } from '../platform/lease.store.js';
import type { LeaseUser } from '../platform/leases.js';
import type { Warn } from '../platform/logger.js';
import type { DueSource } from './due-sources.js';
import { MEMBERSHIP_LANES } from './membership-lanes.rules.js';

/** How often it is looked whether a tenant's time has come. */
const PAUSE_MS = 2_000;
/** Of a tenant nobody is looked for longer: another process may have found that somebody is due sooner. */
const LONGEST_REST_MS = 60_000;

/** What looking needs. */
export interface DueWork {
  readonly due: DueSource;
  tenantIds(): AsyncIterable<string>;
  /** Undefined where there is no such tenant any more. */
  contextOf(tenantId: string): Promise<TenantContext | undefined>;
  readonly warn: Warn;
}

/**
 * Looks at profiles again when their time has come, for the tenants of the lanes that this process holds: two seconds late
 * at most, a minute where another process found only then that they are due. Two commands a minute for a tenant that rests.
 */
export class DueRunner implements LeaseUser {
  private readonly lanes = new Set<string>();
  /** By tenant of these lanes: when it is looked at next, by this process's own time. */
  private rests = new Map<string, number>();
  private listedUntil = 0;
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly work: DueWork) {}

  start(): void {
    this.looking ??= this.lookOn();
  }

  /** Ends after the piece under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  gain(leases: readonly HeldLease[]): void {
    for (const { name } of leases) this.lanes.add(name);
    this.listedUntil = 0;
  }

  lose(names: readonly string[]): void {
    for (const name of names) this.lanes.delete(name);
  }

  async settle(leases: readonly HeldLease[]): Promise<void> {
    this.lose(leases.map(({ name }) => name));
    await this.turn;
  }

  private async lookOn(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const looked = this.look().catch((error: unknown) => this.work.warn(error, 'Tenants could not be listed.'));
      this.turn = looked;
      await looked;
      await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    if (this.lanes.size === 0) return;
    if (Date.now() >= this.listedUntil) await this.list();
    for (const [tenantId, until] of this.rests) {
      if (this.stopping.signal.aborted) return;
      if (Date.now() >= until && this.isOurs(tenantId)) this.rests.set(tenantId, await this.lookIn(tenantId));
    }
  }

  /** Tenants come and go: those that are known keep their rest. */
  private async list(): Promise<void> {
    const rests = new Map<string, number>();
    for await (const tenantId of this.work.tenantIds())
      if (this.isOurs(tenantId)) rests.set(tenantId, this.rests.get(tenantId) ?? 0);
    this.rests = rests;
    this.listedUntil = Date.now() + LONGEST_REST_MS;
  }

  private isOurs(tenantId: string): boolean {
    return this.lanes.has(MEMBERSHIP_LANES.of(tenantId));
  }

  /** Looks at those whose time has come; until when the tenant rests then. */
  private async lookIn(tenantId: string): Promise<number> {
    try {
      const ctx = await this.work.contextOf(tenantId);
      const isToGoOn = () => this.isOurs(tenantId) && !this.stopping.signal.aborted;
      while (ctx && isToGoOn()) {
        const next = await this.work.due.nextAt(ctx);
        const wait = next ? next.getTime() - ctx.now().getTime() : LONGEST_REST_MS;
        if (wait > 0) return Date.now() + Math.min(wait, LONGEST_REST_MS);
        await this.work.due.takePiece(ctx);
      }
    } catch (error) {
      this.work.warn(error, `Memberships of the tenant ${tenantId} could not be looked at again; it is tried again.`);
      return Date.now();
    }
    return Date.now() + LONGEST_REST_MS;
  }
}
