import type { Event } from '../events/event.entity.js';
import type { EventStore, StoredEvent } from '../events/event.store.js';
import type { EventOpeningService } from '../events/event-opening.service.js';
import type { EventOutline, EventOutlineStore } from '../events/event-outline.store.js';
import type { Act } from '../lifecycle/course.rules.js';
import type { TenantContext } from '../platform/context.js';
import { groupBy } from '../platform/group-by.rules.js';
import type { OwnAccountsService } from '../profiles/own-accounts.service.js';
import type { ProfileState } from '../profiles/profile-state.js';
import { MOST_RECENT_EVENTS } from '../profiles/snapshot.rules.js';
import type { Sale } from '../rfm/orders.rules.js';
import { rfmOf } from '../rfm/rfm-settings.js';
import { saleOf } from '../rfm/sale.rules.js';
import { actsOf, copiedFacts, saleNamesOf } from './copied-facts.js';

/** Of profiles that together have more events, each account is read alone, and of it the newest so many. */
const MOST_EVENTS = 20_000;

/** What a customer's stage and scores follow from. */
export interface CustomerFacts {
  /** What the customer did by themselves: being reached is no activity. */
  readonly acts: readonly Act[];
  readonly sales: readonly Sale[];
}

/** What was read of several profiles' events: by account. */
interface ReadEvents {
  readonly outlines: ReadonlyMap<string, readonly EventOutline[]>;
  readonly sales: ReadonlyMap<string, readonly Event[]>;
}

/** Reads what customers did and bought. */
export class CustomerFactsService {
  constructor(
    private readonly accounts: OwnAccountsService,
    private readonly events: EventStore,
    private readonly outlines: EventOutlineStore,
    private readonly openings: EventOpeningService,
  ) {}

  /**
   * By profile. No command for those that hold copies of all their events; for the others together one for what they did,
   * one for what they bought, and one a channel for the keys that is sealed under.
   */
  async of(ctx: TenantContext, states: readonly ProfileState[]): Promise<Map<string, CustomerFacts>> {
    const rfm = rfmOf(ctx.settings.rfm);
    const reading = states.filter((state) => !isWhole(state));
    const accountsOf = reading.length > 0 ? await this.accounts.of(ctx, reading) : new Map<string, string[]>();
    const read = await this.read(ctx, [...new Set([...accountsOf.values()].flat())], [...saleNamesOf(rfm)]);
    return new Map(
      states.map((state) => {
        const own = accountsOf.get(state.id);
        if (!own) return [state.id, copiedFacts(state.recentEvents, ctx.settings)];
        const sold = own.flatMap((id) => read.sales.get(id) ?? []);
        const sales = sold.map((event) => saleOf(event, rfm, ctx.settings.currency));
        return [state.id, { acts: actsOf(own.flatMap((id) => read.outlines.get(id) ?? [])), sales }];
      }),
    );
  }

  private async read(ctx: TenantContext, accountIds: readonly string[], names: readonly string[]): Promise<ReadEvents> {
    if (accountIds.length === 0) return { outlines: new Map(), sales: new Map() };
    const [outlines, stored] = await Promise.all([
      this.outlinesOf(ctx, accountIds),
      this.soldTo(ctx, accountIds, names),
    ]);
    const sales = await this.openings.open(ctx, stored);
    const byAccount = <E extends { accountId: string }>(all: readonly E[]) =>
      groupBy(all, ({ accountId }) => accountId);
    return { outlines: byAccount(outlines), sales: byAccount(sales) };
  }

  private async outlinesOf(ctx: TenantContext, accountIds: readonly string[]): Promise<EventOutline[]> {
    const together = await this.outlines.all(ctx, accountIds, MOST_EVENTS);
    if (together.length < MOST_EVENTS) return together;
    const alone: EventOutline[] = [];
    for (const accountId of accountIds) alone.push(...(await this.outlines.newest(ctx, accountId, MOST_EVENTS)));
    return alone;
  }

  private async soldTo(
    ctx: TenantContext,
    accountIds: readonly string[],
    names: readonly string[],
  ): Promise<StoredEvent[]> {
    const together = await this.events.named(ctx, accountIds, names, MOST_EVENTS);
    if (together.length < MOST_EVENTS) return together;
    const alone: StoredEvent[] = [];
    for (const accountId of accountIds) alone.push(...(await this.events.named(ctx, [accountId], names, MOST_EVENTS)));
    return alone;
  }
}

/** Whether a profile's document holds copies of all its events, each whole. */
function isWhole({ recentEvents }: ProfileState): boolean {
  return recentEvents.length < MOST_RECENT_EVENTS && recentEvents.every(({ copy }) => copy.length > 0);
}
