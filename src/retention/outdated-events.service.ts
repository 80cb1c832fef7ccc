import type { OutdatedEventStore } from '../events/outdated-events.store.js';
import type { TenantContext } from '../platform/context.js';
import { piecesOf } from '../platform/pieces.js';
import type { ConsentPurpose } from '../privacy/consent-purpose.js';
import { consentState } from '../privacy/consent-state.rules.js';
import { limitsIn } from '../privacy/processing-limit.rules.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ReadProfile } from '../profiles/profile-document.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { RecentEventsService } from '../profiles/recent-events.service.js';
import type { SlotStore } from '../profiles/slot.store.js';
import { daysOfEvents, keptFrom } from './retention.rules.js';
import type { EventRule } from './retention-settings.js';

const COUNTED_AT_ONCE = 20;

/** A person, and before when their events are kept no more. */
export interface Keeping {
  readonly read: ReadProfile;
  readonly before: Date;
}

/** An account, and before when its events are kept no more. */
interface OldAccount {
  readonly id: string;
  readonly before: Date;
}

/** Some people, by how long their events are kept. */
export interface Keepings {
  readonly people: readonly Keeping[];
  /** How many there are whose data are restricted, so that nothing is done with them, nor deleted. */
  readonly restricted: number;
}

/** Finds and deletes the events that no purpose keeps any more. */
export class OutdatedEventsService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
    private readonly events: OutdatedEventStore,
    private readonly recent: RecentEventsService,
  ) {}

  /** The people that profiles are now, under what they permit at a moment. Two commands at most. */
  async keepingsOf(
    ctx: TenantContext,
    profileIds: readonly string[],
    { rule, at }: { readonly rule: EventRule; readonly at: Date },
  ): Promise<Keepings> {
    const living = await this.profiles.resolve(ctx, profileIds);
    const roots = new Map([...living.values()].map((root) => [root._id, root]));
    const read = [...roots.values()].map((root) => this.profiles.open(ctx, root));
    const free = read.filter(({ state }) => !limitsIn(state.limits).has('RESTRICTION'));
    const people = free.map((one) => ({ read: one, before: keptFrom(at, this.daysOf(ctx, one, rule, at)) }));
    return { people, restricted: read.length - free.length };
  }

  private daysOf({ settings }: TenantContext, { state }: ReadProfile, rule: EventRule, at: Date): number {
    const isPermitted = (purpose: string) =>
      consentState(state, { purpose: purpose as ConsentPurpose }, at, settings).granted;
    return daysOfEvents(rule, isPermitted);
  }

  /** How many of their events are outdated, and how many profiles show some. A command an account that is old enough. */
  async count(ctx: TenantContext, people: readonly Keeping[]): Promise<{ events: number; profiles: number }> {
    let events = 0;
    for await (const piece of piecesOf(this.oldAccounts(ctx, people), COUNTED_AT_ONCE)) {
      const counts = await Promise.all(piece.map(({ id, before }) => this.events.count(ctx, id, before)));
      events += counts.reduce((sum, count) => sum + count, 0);
    }
    return { events, profiles: people.filter(showsOutdated).length };
  }

  /** Deletes them, then lets the profiles forget them. Repeating it is harmless; `pass` is a safe point. */
  async erase(ctx: TenantContext, people: readonly Keeping[], pass: () => void): Promise<void> {
    for await (const { id, before } of this.oldAccounts(ctx, people)) {
      await this.events.erase(ctx, id, before, pass);
      pass();
    }
    for (const { read, before } of people.filter(showsOutdated)) {
      await this.recent.dropBefore(ctx, read.state.id, before);
      pass();
    }
  }

  /** Their accounts, save those that were first seen when events are kept still. */
  private async *oldAccounts(ctx: TenantContext, people: readonly Keeping[]): AsyncGenerator<OldAccount> {
    for (const { read, before } of people) for await (const id of this.oldOf(ctx, read, before)) yield { id, before };
  }

  private async *oldOf(ctx: TenantContext, { state, stored }: ReadProfile, before: Date): AsyncGenerator<string> {
    if (!state.accountsLeftOut) {
      yield* state.accounts.filter(({ firstSeenAt }) => firstSeenAt < before).map(({ id }) => id);
      return;
    }
    await this.slots.straighten(ctx, state.id, stored.life);
    yield accountIdOf(state.id);
    for await (const slot of this.slots.leadingTo(ctx, state.id)) yield accountIdOf(slot.id);
  }
}

function showsOutdated({ read, before }: Keeping): boolean {
  return read.state.recentEvents.some(({ occurredAt }) => occurredAt < before);
}
