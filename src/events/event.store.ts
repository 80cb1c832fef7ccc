import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import type { Overlays } from '../platform/protect.js';
import { type KeyRing, openJson, placeOf, sealJson } from '../platform/seal.js';
import { within } from '../platform/span.rules.js';
import { Event } from './event.entity.js';

const ERASED_AT_ONCE = 500;

/** An event in clear, without what storage adds. */
export type EventRecord = Omit<Event, 'tenantId' | 'sealed'>;

/** What of an item is kept sealed beside its event: identifiers, traits and context as they arrived. */
export type EventPayload = Readonly<Record<string, unknown>>;

/** An event with its protected values masked, and those values in clear. */
export interface HiddenEvent {
  readonly record: EventRecord;
  readonly overlays: Overlays;
}

/** An event to be stored, with what seals it. */
export interface NewEvent extends HiddenEvent {
  readonly payload: EventPayload;
  readonly accountKeys: KeyRing;
}

/** What an event's sealed blob holds. */
interface SealedPart {
  readonly payload: EventPayload;
  readonly overlays: Readonly<Record<string, Record<string, unknown>>>;
}

/** An event as it is stored: protected values masked. */
export type StoredEvent = Event & Stored;

/** A place in an account's history: what comes after it is older. */
export interface EventPosition {
  readonly occurredAt: Date;
  readonly id: string;
}

/** Which events of the accounts are meant. */
export interface EventSelection {
  readonly types?: readonly string[] | null;
  readonly names?: readonly string[] | null;
  readonly channels?: readonly string[] | null;
  readonly range?: { readonly from: Date; readonly to: Date } | null;
}

/** The collection of events. */
export class EventStore {
  constructor(private readonly database: Database) {}

  /** Which of these events are there. One command. */
  async existing(ctx: TenantContext, ids: readonly string[]): Promise<Set<string>> {
    const found = await this.database.findByKeys(
      Event,
      ids.map((id) => keyOf(ctx.tenantId, id)),
      { _id: 1 },
    );
    return new Set(found.map(({ _id }) => idOf(_id)));
  }

  /**
   * Inserts events, each sealed under its account's key, and returns the ids of those that were there. They are sealed
   * at once, and sent when all they tell of is written, save those of accounts that were erased by then. One command.
   */
  async insert(
    ctx: TenantContext,
    events: readonly NewEvent[],
    written: Promise<ReadonlySet<string>>,
  ): Promise<Set<string>> {
    const documents = events.map((event) => toDocument(ctx, event));
    const erased = await written;
    const there = await this.database.insertNew(
      Event,
      erased.size === 0 ? documents : documents.filter(({ accountId }) => !erased.has(accountId)),
    );
    return new Set([...there].map(idOf));
  }

  /** The events of these ids, masked, by id. One command. */
  async findByIds(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, StoredEvent>> {
    const found = await this.database.findByKeys(
      Event,
      ids.map((id) => keyOf(ctx.tenantId, id)),
    );
    return new Map(found.map((event) => [idOf(event._id), withId(event)]));
  }

  /** The newest events of one account after a place, masked. One command by the index of its history, two after a place. */
  async findOfAccount(
    ctx: TenantContext,
    accountId: string,
    selection: EventSelection,
    after: EventPosition | undefined,
    limit: number,
  ): Promise<StoredEvent[]> {
    const places = placesAfter(ctx, selection.range, after);
    const found = await Promise.all(places.map((place) => this.findAt(ctx, accountId, place, selection, limit)));
    return found.flat().slice(0, limit);
  }

  /** The newest events of several accounts together, of a time on or of all time, masked. One command by the index of their histories. */
  async findNewest(
    ctx: TenantContext,
    accountIds: readonly string[],
    from: Date | undefined,
    limit: number,
  ): Promise<StoredEvent[]> {
    const span = from && { occurredAt: { $gte: from } };
    const found = await this.database
      .collection(Event)
      .find({ tenantId: ctx.tenantId, accountId: { $in: [...accountIds] }, ...span } as object)
      .sort({ occurredAt: -1, _id: -1 })
      .limit(limit)
      .toArray();
    return found.map((event) => withId(event as unknown as StoredEvent));
  }

  /**
   * Events of these names of several accounts, masked, in no order, at most so many. One command by the index of their
   * histories.
   */
  async named(
    ctx: TenantContext,
    accountIds: readonly string[],
    names: readonly string[],
    most: number,
  ): Promise<StoredEvent[]> {
    const filter = { tenantId: ctx.tenantId, accountId: { $in: [...accountIds] }, name: { $in: [...names] } };
    const found = this.database.collection(Event).find(filter as object);
    return (await found.limit(most).toArray()).map((event) => withId(event as unknown as StoredEvent));
  }

  /** How many events these accounts have. One command. */
  count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    const filter = { tenantId: ctx.tenantId, accountId: { $in: [...accountIds] } };
    return this.database.collection(Event).countDocuments(filter as object);
  }

  /**
   * Deletes the events of an account, the newest first, about 500 at a time: by spans of time, since some databases take
   * five times as long by lists of ids.
   */
  async erase(ctx: TenantContext, accountId: string): Promise<void> {
    const filter = { tenantId: ctx.tenantId, accountId };
    for (;;) {
      const found = await this.database
        .collection(Event)
        .find(filter as object, { projection: { _id: 1, occurredAt: 1 } })
        .sort({ occurredAt: -1, _id: -1 })
        .limit(ERASED_AT_ONCE)
        .toArray();
      const last = found.at(-1);
      const since = last && { $gt: new Date(last.occurredAt.getTime() - 1) }; // as `within` says it
      if (since) await this.database.deleteMany(Event, { ...filter, occurredAt: since });
      if (found.length < ERASED_AT_ONCE) return;
    }
  }

  /** All events of an account, the oldest last, masked, in pieces: one cursor. */
  ofAccount(ctx: TenantContext, accountId: string, size: number): AsyncGenerator<StoredEvent[]> {
    const found = this.database
      .collection(Event)
      .find({ tenantId: ctx.tenantId, accountId } as object, { batchSize: size })
      .sort({ occurredAt: -1, _id: -1 });
    return piecesOf(found as unknown as AsyncIterable<StoredEvent>, size);
  }

  /** All that was sealed with an event, as it came in. */
  openSealed(event: StoredEvent, keys: KeyRing): SealedPart {
    return openJson(keys, placeOf('events', event._id, event.accountId), event.sealed) as SealedPart;
  }

  private async findAt(
    ctx: TenantContext,
    accountId: string,
    place: object,
    selection: EventSelection,
    limit: number,
  ): Promise<StoredEvent[]> {
    const found = await this.database
      .collection(Event)
      .find({ tenantId: ctx.tenantId, accountId, ...place, ...conditionsOf(selection) } as object)
      .sort({ occurredAt: -1, _id: -1 })
      .limit(limit)
      .toArray();
    return found.map((event) => withId(event as unknown as StoredEvent));
  }

  /** A stored event as it was when it came in: its protected values masked, and those values in clear. */
  hidden(event: StoredEvent, keys: KeyRing): HiddenEvent {
    return { record: recordOf(event), overlays: this.openOverlays(event, keys) };
  }

  /** The clear values of an event's protected fields, by class and place. */
  openOverlays(event: StoredEvent, keys: KeyRing): SealedPart['overlays'] {
    return this.openSealed(event, keys).overlays;
  }
}

function withId(event: StoredEvent): StoredEvent {
  return Object.assign(event, { id: idOf(event._id) });
}

/** The names in the order in which an event is made, so that its copy is the same byte by byte. */
function recordOf(event: StoredEvent): EventRecord {
  const { id, messageId, type, name, channel, accountId, trafficSource, campaign, touchpoint } = event;
  const { properties, revenue, occurredAt, receivedAt } = event;
  const kinds = { id, messageId, type, name, channel, accountId, trafficSource, campaign, touchpoint };
  return { ...kinds, properties, revenue, occurredAt, receivedAt };
}

function toDocument(ctx: TenantContext, { record, overlays, payload, accountKeys }: NewEvent): StoredEvent {
  const { id, ...fields } = record;
  const _id = keyOf(ctx.tenantId, id);
  const sealed = sealJson(accountKeys, placeOf('events', _id, record.accountId), { payload, overlays });
  return { _id, tenantId: ctx.tenantId, ...fields, sealed } as StoredEvent;
}

/**
 * Where the rest of a history stands, newest first: what happened at the same moment as the last event shown, then what
 * happened before. Two places, each a range of one index: some databases read all events for an alternative.
 */
function placesAfter(ctx: TenantContext, range: EventSelection['range'], after: EventPosition | undefined): object[] {
  const bounds = range ? within(range) : {};
  if (!after) return range ? [{ occurredAt: bounds }] : [{}];
  const sameMoment = { occurredAt: after.occurredAt, _id: { $lt: keyOf(ctx.tenantId, after.id) } };
  return [sameMoment, { occurredAt: { ...bounds, $lt: after.occurredAt } }];
}

function conditionsOf({ types, names, channels }: EventSelection): Record<string, unknown> {
  return {
    ...(types && { type: { $in: types } }),
    ...(names && { name: { $in: names } }),
    ...(channels && { channel: { $in: channels } }),
  };
}
