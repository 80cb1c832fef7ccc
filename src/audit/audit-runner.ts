import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { TenantContext } from '../platform/context.js';
import { groupBy } from '../platform/group-by.rules.js';
import type { HeldLease } from '../platform/lease.store.js';
import type { LeaseUser } from '../platform/leases.js';
import type { Warn } from '../platform/logger.js';
import type { AuditInboxStore, Told } from './audit-inbox.store.js';
import { AUDIT_LANES } from './audit-lanes.rules.js';
import type { SequencingService } from './sequencing.service.js';

/** How often the inbox is looked into: what was done is in its log within a second. */
const LOOK_MS = 250;
const MOST_ITEMS = 200;
/** A log that could not be written is left for so long, so that it holds up no other. */
const LEFT_MS = 2_000;
const MOST_LEFT = 1_000;

/** What keeping the logs needs. */
export interface AuditWork {
  readonly inbox: AuditInboxStore;
  readonly sequencing: SequencingService;
  /** Undefined where there is no such tenant any more. */
  contextOf(tenantId: string): Promise<TenantContext | undefined>;
  readonly clock: () => Date;
  readonly report: AuditReport;
}

/** What the keeping of the logs tells its operators. */
export interface AuditReport {
  readonly warn: Warn;
  /** Items that were found waiting, and how long the oldest had waited, in milliseconds. */
  auditWaits(items: number, milliseconds: number): void;
  auditEntries(added: number): void;
}

/** Takes the inboxes of the lanes that this process holds into the logs, until it is stopped. */
export class AuditRunner implements LeaseUser {
  private readonly lanes = new Map<string, HeldLease>();
  private readonly left = new LRUCache<string, true>({ max: MOST_LEFT, ttl: LEFT_MS });
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly work: AuditWork) {}

  start(): void {
    this.looking ??= this.lookOn();
  }

  /** Ends after the turn under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  gain(leases: readonly HeldLease[]): void {
    this.work.sequencing.forget();
    for (const lease of leases) this.lanes.set(lease.name, lease);
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
      const looked = this.lookAndTell();
      this.turn = looked;
      await delay(await looked, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One look; how long to wait for the next, in milliseconds. */
  private async lookAndTell(): Promise<number> {
    try {
      return (await this.look()) ? 0 : LOOK_MS;
    } catch (error) {
      this.work.report.warn(error, 'The audit inbox could not be read.');
      return LEFT_MS;
    }
  }

  /** One look; true where there is more to be done at once. */
  private async look(): Promise<boolean> {
    if (this.lanes.size === 0) return false;
    const told = await this.work.inbox.find([...this.lanes.keys()], [...this.left.keys()], MOST_ITEMS);
    const [oldest] = told;
    this.work.report.auditWaits(
      told.length,
      oldest ? this.work.clock().getTime() - Date.parse(oldest.facts[0]?.at ?? '') : 0,
    );
    let isMore = told.length === MOST_ITEMS;
    for (const [tenantId, own] of groupBy(told, (item) => item.tenantId)) {
      if (this.stopping.signal.aborted) return false;
      if (await this.takeIn(tenantId, own)) isMore = true;
    }
    return isMore;
  }

  private async takeIn(tenantId: string, told: readonly Told[]): Promise<boolean> {
    const lease = this.lanes.get(AUDIT_LANES.of(tenantId));
    if (!lease) return false;
    try {
      const ctx = await this.work.contextOf(tenantId);
      if (!ctx) await this.work.inbox.drop(told.map(({ key }) => key));
      else {
        const { added, isToRepeat } = await this.work.sequencing.take(ctx, told, lease.epoch);
        this.work.report.auditEntries(added);
        return isToRepeat;
      }
    } catch (error) {
      this.left.set(tenantId, true);
      this.work.report.warn(error, 'An audit log could not be written; it is tried again.');
    }
    return false;
  }
}
