import { setTimeout as delay } from 'node:timers/promises';
import type { EventService } from '../events/event.service.js';
import type { StoredEvent } from '../events/event.store.js';
import type { Change } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { piecesOf } from '../platform/pieces.js';
import type { Reaction } from '../platform/reaction-runner.js';
import { blindIndex } from '../platform/seal.js';
import type { Person, PersonsService } from '../profiles/persons.service.js';
import type { SlotStore } from '../profiles/slot.store.js';
import { programmeOf } from './programme.js';
import { earnedBy } from './programme.rules.js';
import type { ReferralService } from './referral.service.js';
import type { RefundingService } from './refunding.service.js';
import type { RewardingService } from './rewarding.service.js';
import type { SettlingService } from './settling.service.js';

const PIECE = 100;
/** A profile is told of before its events are stored; whoever stores them has done so by then, or died. */
const GRACE_MS = 5_000;
const PAUSE_MS = 50;
/** What was missed is looked for so far back. */
const DAYS_BACK = 30;
const MOST_EVENTS = 500;

/** What points follow from. */
export interface EarningParts {
  readonly events: EventService;
  readonly slots: SlotStore;
  readonly persons: PersonsService;
  readonly rewarding: RewardingService;
  readonly refunding: RefundingService;
  readonly referrals: ReferralService;
  readonly settling: SettlingService;
}

/**
 * Lets points follow from what happens: events earn by the tenant's rules, refunds take back, who was referred comes a
 * stage further, and accounts that part settle what they owe each other. The event's id is the key of all it posts.
 */
export class EarningService implements Reaction {
  readonly name = 'loyalty';

  constructor(private readonly parts: EarningParts) {}

  async react(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    if (ctx.settings.loyalty === null) return;
    const told = changes.filter(({ kind }) => kind !== 'ERASED' && kind !== 'MERGED');
    await this.settle(ctx, told);
    await this.take(ctx, await this.eventsOf(ctx, told));
    const lifted = told.filter(({ paths }) => paths.includes('withheld')).map(({ profileId }) => profileId);
    await this.catchUp(ctx, lifted);
  }

  async recompute(ctx: TenantContext): Promise<void> {
    if (ctx.settings.loyalty === null) return;
    for await (const piece of piecesOf(this.parts.slots.livingAfter(ctx, null), PIECE)) {
      const ids = piece.map(({ id }) => id);
      const persons = await this.parts.persons.ofProfiles(ctx, ids);
      await this.parts.settling.settle(ctx, [
        ...new Set([...persons.values()].flatMap(({ accountIds }) => accountIds)),
      ]);
      await this.catchUp(ctx, ids);
    }
  }

  /** Accounts move between profiles without events alone where people are merged, parted or decided on anew. */
  private async settle(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    const moved = changes.filter(
      ({ kind, paths, eventIds }) => kind === 'SPLIT' || (eventIds.length === 0 && paths.includes('accounts')),
    );
    if (moved.length === 0) return;
    const persons = await this.parts.persons.ofProfiles(
      ctx,
      moved.map(({ profileId }) => profileId),
    );
    const accountIds = new Set([...persons.values()].flatMap((person) => person.accountIds));
    if (accountIds.size > 0) await this.parts.settling.settle(ctx, [...accountIds]);
  }

  /** The events that something follows from, in clear, once they are stored. */
  private async eventsOf(ctx: TenantContext, changes: readonly Change[]): Promise<StoredEvent[]> {
    const names = namesIn(ctx);
    if (names.size === 0) return [];
    let wanted = [...new Set(changes.flatMap(({ eventIds }) => eventIds))];
    const newest = Math.max(0, ...changes.map(({ at }) => at.getTime()));
    const found: StoredEvent[] = [];
    while (wanted.length > 0) {
      const { events, missing } = await this.parts.events.clearByIds(ctx, wanted, names);
      found.push(...events);
      if (missing.length === 0 || ctx.now().getTime() > newest + GRACE_MS) break;
      wanted = [...missing];
      await delay(PAUSE_MS);
    }
    return found;
  }

  private async catchUp(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    const names = namesIn(ctx);
    if (profileIds.length === 0 || names.size === 0) return;
    const from = new Date(ctx.now().getTime() - DAYS_BACK * MILLISECONDS_PER_DAY);
    const persons = await this.parts.persons.ofProfiles(ctx, profileIds);
    for (const person of new Set(persons.values())) {
      const { accountIds } = person;
      await this.take(ctx, await this.parts.events.clearNewest(ctx, accountIds, from, names, MOST_EVENTS));
    }
  }

  /** Posts what follows from events, in the order in which they happened; of people whose data may not be used, nothing. */
  private async take(ctx: TenantContext, events: readonly StoredEvent[]): Promise<void> {
    if (events.length === 0) return;
    const persons = await this.parts.persons.ofAccounts(
      ctx,
      events.map(({ accountId }) => accountId),
    );
    const inOrder = [...events].sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
    for (const event of inOrder) {
      const person = persons.get(event.accountId);
      if (person?.mayBeUsed) await this.takeOne(ctx, event, person);
    }
  }

  private async takeOne(ctx: TenantContext, event: StoredEvent, person: Person): Promise<void> {
    const { rules, refundEvents, referralStages } = programmeOf(ctx.settings.loyalty);
    const orderKey = orderKeyOf(ctx, event);
    const points = earnedBy(event, rules, ctx.settings.currency);
    const words = { reason: event.name, reference: event.id };
    if (points > 0) {
      const key = `event ${event.id}`;
      await this.parts.rewarding.give(ctx, { key, accountId: event.accountId, points, ...words, ...orderKey });
    }
    if (refundEvents.includes(event.name) && orderKey) await this.parts.refunding.note(ctx, event, orderKey.orderKey);
    if (orderKey) await this.parts.refunding.settle(ctx, orderKey.orderKey, event.accountId);
    const stages = referralStages.filter((stage) => stage.event === event.name);
    const referred = stages.length > 0 ? await this.parts.referrals.referred(ctx, person) : undefined;
    if (!referred || event.occurredAt < referred.referral.at) return;
    for (const stage of stages) await this.parts.rewarding.reward(ctx, referred, stage);
  }
}

function namesIn({ settings }: TenantContext): Set<string> {
  const { rules, refundEvents, referralStages } = programmeOf(settings.loyalty);
  const stages = referralStages.flatMap(({ event }) => event ?? []);
  const earning = rules.map(({ event }) => event);
  return new Set([...earning, ...stages, ...(rules.length > 0 ? refundEvents : [])]);
}

/** Stands for the order that an event is about, where it names one. */
function orderKeyOf({ keys }: TenantContext, { properties }: StoredEvent): { orderKey: string } | undefined {
  const named = [properties.order_id, properties.orderId].find(
    (id) => typeof id === 'string' || typeof id === 'number',
  );
  const id = String(named ?? '').trim();
  return id === '' ? undefined : { orderKey: blindIndex(keys, 'loyalty-order', id) };
}
