import { accountKeys } from '../channels/account.service.js';
import type { AccountStore } from '../channels/account.store.js';
import type { RequestContext, TenantContext } from '../platform/context.js';
import type { Sensitivity } from '../platform/entity.js';
import { badInput } from '../platform/errors.js';
import { hashedUlid } from '../platform/ids.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import { hide, maskUnseen, reveal } from '../platform/protect.js';
import { sealedClasses, seenClasses } from '../platform/sealed-store.js';
import { Event } from './event.entity.js';
import type { EventFilter } from './event.inputs.js';
import { newestEventFirst } from './event.rules.js';
import type { EventPosition, EventRecord, EventStore, HiddenEvent, NewEvent, StoredEvent } from './event.store.js';
import type { EventConnection } from './event.view.js';
import { eventOfCopy, type RecentEvent } from './recent-event.js';

const MOST_MESSAGE_IDS = 100;
const MOST_JOURNEY_STEPS = 500;
const NO_CLASS: ReadonlySet<Sensitivity> = new Set();

/** The accounts whose histories make one, and the newest events of them that are known beforehand. */
export interface History {
  /** What the history belongs to: a cursor opens for it alone. */
  readonly id: string;
  readonly accountIds: readonly string[];
  readonly recentEvents: readonly RecentEvent[];
  /** How many of the newest events `recentEvents` holds where there are more. */
  readonly recentCapacity: number;
}

/** What page of a history is asked for. */
export interface EventListing {
  readonly filter?: EventFilter | null;
  readonly first: number;
  readonly after?: string | null;
}

/** Events in clear, and ids of which there is none. */
export interface ClearEvents {
  readonly events: readonly StoredEvent[];
  readonly missing: readonly string[];
}

/** The id of the event that a messageId names. */
export function eventIdOf(ctx: TenantContext, messageId: string): string {
  return `evt_${hashedUlid(ctx.tenantId, messageId)}`;
}

/** Masks an event's protected values: once, for all the places it is kept in. */
export function hideEvent(ctx: TenantContext, event: EventRecord): HiddenEvent {
  const { masked, overlays } = hide(Event, event, sealedClasses(ctx));
  return { record: masked, overlays };
}

/** Events: stored once, and read as their callers may see them. */
export class EventService {
  constructor(
    private readonly events: EventStore,
    private readonly accounts: AccountStore,
  ) {}

  /** Which of these events are stored. One command. */
  existing(ctx: TenantContext, ids: readonly string[]): Promise<Set<string>> {
    return this.events.existing(ctx, ids);
  }

  /**
   * Stores events for good once `written` is done, save those of the accounts it gives, and returns the ids of those that
   * were stored before. One command.
   */
  insert(ctx: TenantContext, events: readonly NewEvent[], written: Promise<ReadonlySet<string>>): Promise<Set<string>> {
    return this.events.insert(ctx, events, written);
  }

  /** The events of messageIds, in the order asked for; null where there is none. */
  async findByMessageIds(ctx: RequestContext, messageIds: readonly string[]): Promise<(Event | null)[]> {
    if (messageIds.length > MOST_MESSAGE_IDS) throw badInput('messageIds', `may name at most ${MOST_MESSAGE_IDS}`);
    return Promise.all(messageIds.map((messageId) => this.find(ctx, eventIdOf(ctx, messageId))));
  }

  /** The event of an id, or null. */
  find(ctx: RequestContext, id: string): Promise<Event | null> {
    const loader = ctx.loaders.of<Event>('events', async (ids) => {
      const found = await this.events.findByIds(ctx, ids);
      const shown = await this.shown(ctx, [...found.values()]);
      return new Map(shown.map((event) => [event.id, event]));
    });
    return loader.load(id);
  }

  /** The events of these ids and names in clear, for what the product does by itself. Two commands, one more a channel beyond the first. */
  async clearByIds(ctx: TenantContext, ids: readonly string[], names: ReadonlySet<string>): Promise<ClearEvents> {
    const found = await this.events.findByIds(ctx, ids);
    const missing = ids.filter((id) => !found.has(id));
    const events = await this.clear(
      ctx,
      [...found.values()].filter(({ name }) => names.has(name)),
    );
    return { events, missing };
  }

  /** The newest events of accounts, at most `limit`, of a time on, of these names in clear. As many commands. */
  async clearNewest(
    ctx: TenantContext,
    accountIds: readonly string[],
    from: Date,
    names: ReadonlySet<string>,
    limit: number,
  ): Promise<StoredEvent[]> {
    const found = await this.events.findNewest(ctx, accountIds, from, limit);
    return this.clear(
      ctx,
      found.filter(({ name }) => names.has(name)),
    );
  }

  /** A page of a history, newest first: its newest come from the profile itself, older ones from the accounts' histories. */
  async page(ctx: RequestContext, history: History, listing: EventListing): Promise<EventConnection> {
    const size = pageSize(listing.first);
    const query = JSON.stringify(['events', history.id, listing.filter ?? null]);
    const after = listing.after ? positionOf(decodeCursor(ctx, query, listing.after)) : undefined;
    const rows: readonly (Event | RecentEvent)[] =
      this.fromProfile(history, listing, size) ?? (await this.fromHistories(ctx, history, listing, after, size + 1));
    const page = pageOf(
      rows,
      size,
      (row) => encodeCursor(ctx, query, [row.occurredAt.getTime(), row.id]),
      after !== undefined,
    );
    const shown = await Promise.all(page.edges.map(({ node }) => this.whole(ctx, node, history.id)));
    const edges = page.edges.flatMap(({ cursor }, at) => edgeOf(cursor, shown[at]));
    return { edges, pageInfo: page.pageInfo };
  }

  /** The newest 500 events of a history, all of it or of a span of time. */
  async newest(ctx: RequestContext, history: History, range: EventFilter['range']): Promise<readonly Event[]> {
    const isComplete = !range && history.recentEvents.length < history.recentCapacity;
    if (isComplete) {
      const events = await Promise.all(history.recentEvents.map((event) => this.whole(ctx, event, history.id)));
      return events.filter((event) => event !== null);
    }
    return this.fromHistories(
      ctx,
      history,
      { filter: { range }, first: MOST_JOURNEY_STEPS },
      undefined,
      MOST_JOURNEY_STEPS,
    );
  }

  private async clear(ctx: TenantContext, events: readonly StoredEvent[]): Promise<StoredEvent[]> {
    const owners = await this.accounts.findByIds(ctx, [...new Set(events.map(({ accountId }) => accountId))], NO_CLASS);
    for (const event of events) {
      const owner = owners.get(event.accountId);
      const overlays = owner ? this.events.openOverlays(event, accountKeys(ctx, owner, owner)) : {};
      for (const overlay of Object.values(overlays)) reveal(event, overlay);
    }
    return [...events];
  }

  /** What the profile's own copy answers: the newest, without a filter, where it is known whether more follow. */
  private fromProfile(
    { recentEvents, recentCapacity }: History,
    { filter, after }: EventListing,
    size: number,
  ): readonly RecentEvent[] | undefined {
    const isComplete = recentEvents.length < recentCapacity;
    const answers = !filter && !after && (isComplete || size < recentEvents.length);
    return answers ? recentEvents : undefined;
  }

  private async fromHistories(
    ctx: RequestContext,
    { accountIds }: History,
    { filter }: EventListing,
    after: EventPosition | undefined,
    limit: number,
  ): Promise<readonly Event[]> {
    const histories = accountIds.map((accountId) =>
      this.events.findOfAccount(ctx, accountId, filter ?? {}, after, limit),
    );
    const newest = (await Promise.all(histories)).flat().sort(newestEventFirst).slice(0, limit);
    return this.shown(ctx, newest);
  }

  /** The event of a copy of a history; from its collection where the copy is empty. */
  private whole(ctx: RequestContext, event: Event | RecentEvent, historyId: string): Event | Promise<Event | null> {
    if (!('copy' in event)) return event;
    if (!ctx.access.unseen.has('CORE')) ctx.trail.show(historyId, Event, event.core ?? undefined);
    return eventOfCopy(event, ctx.access.unseen) ?? this.find(ctx, event.id);
  }

  /** Events as this caller may see them; who may read in clear costs a look-up of the accounts, whose keys open them. */
  private async shown(ctx: RequestContext, events: readonly StoredEvent[]): Promise<Event[]> {
    const seen = [...seenClasses(ctx.access.unseen)];
    const owners =
      seen.length > 0
        ? await this.accounts.findByIds(ctx, [...new Set(events.map(({ accountId }) => accountId))], NO_CLASS)
        : new Map();
    for (const event of events) {
      const owner = owners.get(event.accountId);
      const overlays = owner ? this.events.openOverlays(event, accountKeys(ctx, owner, owner)) : {};
      for (const sensitivity of seen) reveal(event, overlays[sensitivity] ?? {});
      if (seen.includes('CORE')) ctx.trail.show(event.accountId, Event, overlays.CORE);
      maskUnseen(Event, event, ctx.access.unseen);
    }
    return [...events];
  }
}

function edgeOf(cursor: string, node: Event | null | undefined): { cursor: string; node: Event }[] {
  return node ? [{ cursor, node }] : [];
}

function positionOf([at, id]: unknown[]): EventPosition {
  return { occurredAt: new Date(Number(at)), id: String(id) };
}
