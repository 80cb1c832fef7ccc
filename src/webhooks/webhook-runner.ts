import { setTimeout as delay } from 'node:timers/promises';
import type { TenantContext } from '../platform/context.js';
import type { HeldLease } from '../platform/lease.store.js';
import type { LeaseUser } from '../platform/leases.js';
import type { Warn } from '../platform/logger.js';
import type { StoredDestination } from './webhook-destination.store.js';
import { WEBHOOK_LANES } from './webhook-lanes.rules.js';
import type { WebhookOutboxService } from './webhook-outbox.service.js';
import type { WebhookSendingService } from './webhook-sending.service.js';

/** How often it is looked whether a tenant's time has come. */
const PAUSE_MS = 250;
/** How often a tenant with destinations is asked: another process may have filed something. */
const REST_MS = 2_000;
/** How often one without is asked whether it has any. */
const LONGEST_REST_MS = 60_000;
/** How long a destination in trouble is left alone. */
const HELD_UP_MS = 30_000;

/** Files what is to be told from what has happened; whether there may be more at once. Repeating it is harmless. */
export type WebhookSource = (ctx: TenantContext) => Promise<boolean>;

/** What sending needs. */
export interface WebhookWork {
  readonly sending: WebhookSendingService;
  readonly outbox: WebhookOutboxService;
  readonly sources: readonly WebhookSource[];
  tenantIds(): AsyncIterable<string>;
  /** Undefined where there is no such tenant any more. */
  contextOf(tenantId: string): Promise<TenantContext | undefined>;
  readonly warn: Warn;
}

/**
 * Sends webhooks for the tenants of the lanes that this process holds. Each tenant, and each destination of it, goes at its
 * own pace: one that does not answer holds up no other. Two commands every two seconds, and what sources need, for a tenant with destinations,
 * one a minute for one without.
 */
export class WebhookRunner implements LeaseUser {
  private readonly lanes = new Set<string>();
  /** By tenant of these lanes: when it is looked at next, by this process's own time. */
  private readonly rests = new Map<string, number>();
  /** Tenants being looked at, and keys of destinations being sent to. */
  private readonly underWay = new Map<string, Promise<void>>();
  /** Destinations in trouble, until when. */
  private readonly heldUp = new Map<string, number>();
  private listedUntil = 0;
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(private readonly work: WebhookWork) {
    work.outbox.listen((tenantId) => {
      if (this.isOurs(tenantId)) this.rests.set(tenantId, 0);
    });
  }

  start(): void {
    this.looking ??= this.lookOn();
  }

  /** Ends after what is being sent. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await this.quiet();
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
    await this.quiet();
  }

  private async quiet(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay.values());
  }

  private async lookOn(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.look().catch((error: unknown) => this.work.warn(error, 'Tenants could not be listed.'));
      await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    if (this.lanes.size === 0) return;
    if (Date.now() >= this.listedUntil) await this.list();
    for (const [tenantId, until] of this.rests) {
      if (!this.isOurs(tenantId)) this.rests.delete(tenantId);
      else if (Date.now() >= until && !this.underWay.has(tenantId)) this.begin(tenantId);
    }
  }

  private async list(): Promise<void> {
    for await (const tenantId of this.work.tenantIds())
      if (this.isOurs(tenantId) && !this.rests.has(tenantId)) this.rests.set(tenantId, 0);
    this.listedUntil = Date.now() + LONGEST_REST_MS;
  }

  private isOurs(tenantId: string): boolean {
    return this.lanes.has(WEBHOOK_LANES.of(tenantId)) && !this.stopping.signal.aborted;
  }

  /** A tenant that is woken meanwhile is looked at again at once. */
  private begin(tenantId: string): void {
    this.rests.set(tenantId, Number.POSITIVE_INFINITY);
    const serving = this.serve(tenantId)
      .catch((error: unknown) => {
        this.warn(error, tenantId);
        return REST_MS;
      })
      .then((restMs) => {
        this.underWay.delete(tenantId);
        const woken = this.rests.get(tenantId) ?? 0;
        this.rests.set(tenantId, Math.min(woken, Date.now() + restMs));
      });
    this.underWay.set(tenantId, serving);
  }

  /** Files and sends what there is; for how long the tenant rests then. */
  private async serve(tenantId: string): Promise<number> {
    const ctx = await this.work.contextOf(tenantId);
    const destinations = ctx ? await this.work.sending.destinationsOf(ctx) : [];
    if (!ctx || destinations.length === 0) return LONGEST_REST_MS;
    for (const source of this.work.sources) await this.drain(ctx, source);
    const next = await this.work.sending.nextAt(ctx);
    if (next && next <= ctx.now()) for (const one of destinations) this.sendTo(ctx, one);
    return REST_MS;
  }

  private async drain(ctx: TenantContext, source: WebhookSource): Promise<void> {
    while (this.isOurs(ctx.tenantId) && (await source(ctx)));
  }

  /** Begins to send to a destination, unless that is under way, or it is left alone. */
  private sendTo(ctx: TenantContext, destination: StoredDestination): void {
    const { _id: key, tenantId } = destination;
    if (this.underWay.has(key) || Date.now() < (this.heldUp.get(key) ?? 0)) return;
    this.heldUp.delete(key);
    const sent = this.work.sending.sendPiece(ctx, destination).then(
      ({ isMore, isHeldUp }) => {
        if (isHeldUp) this.heldUp.set(key, Date.now() + HELD_UP_MS);
        if (isMore && this.isOurs(tenantId)) this.rests.set(tenantId, 0);
      },
      (error: unknown) => this.warn(error, tenantId),
    );
    this.underWay.set(
      key,
      sent.finally(() => this.underWay.delete(key)),
    );
  }

  private warn(error: unknown, tenantId: string): void {
    this.work.warn(error, `Webhooks of the tenant ${tenantId} could not be sent; it is tried again.`);
  }
}
