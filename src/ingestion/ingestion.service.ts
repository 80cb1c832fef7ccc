import type { AccountObservation, AccountRecord } from '../channels/account.rules.js';
import type { AccountService, ObservedAccount } from '../channels/account.service.js';
import type { Channel } from '../channels/channel.js';
import { definitionOf } from '../channels/channel-definitions.js';
import { type EventService, eventIdOf, hideEvent } from '../events/event.service.js';
import type { EventRecord } from '../events/event.store.js';
import { campaignOf, touchpointOf, trafficSourceOf } from '../events/touchpoint.rules.js';
import type { IdentityService } from '../identities/identity.service.js';
import type { TenantContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import { groupBy } from '../platform/group-by.rules.js';
import { blindIndex, derivedUlid } from '../platform/seal.js';
import type { StitchService } from '../profiles/stitch.service.js';
import { type Rejection, readItems, rejectionOf } from './batch.rules.js';
import { blockedValues, identityOf, scopeIn } from './identifiers.rules.js';
import { type IngestionObserver, tallyOf } from './ingestion-tally.rules.js';
import type { Observation, ObservedIdentifier, RawItem } from './observation.js';
import type { ReadingRules } from './observation.rules.js';
import type { QuarantineStore } from './quarantine.store.js';

const LARGEST_BATCH = 5_000;

/** What the door knows of the sender. */
export interface Door {
  /** Stands where a scoped identifier names no namespace. */
  readonly namespace?: string | null;
  /** What the batch is counted under, where that is not its items' source. */
  readonly name?: string;
}

/** What became of a batch: accepted + duplicates + rejected make all of it. */
export interface IngestOutcome {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly Rejection[];
}

/** An observation with the ids it goes under. */
interface Placed {
  readonly observation: Observation;
  readonly eventId: string;
  readonly account: AccountObservation;
}

/** The one path from any door to profiles. */
export class IngestionService {
  constructor(
    private readonly accounts: AccountService,
    private readonly identities: IdentityService,
    private readonly stitching: StitchService,
    private readonly events: EventService,
    private readonly quarantine: QuarantineStore,
    private readonly observer?: IngestionObserver,
  ) {}

  /**
   * Takes a batch of 1 to 5,000 items. Each is accepted, a duplicate by messageId, or refused and kept aside with code,
   * path and original. When this returns, what it names as accepted survives a killed process and a killed database.
   * Steps, each harmless to repeat: claim identifiers, write accounts, link, fold profiles, append changes, and last
   * insert the events, which marks them as done. The number of commands does not grow with the batch.
   */
  async ingest(ctx: TenantContext, items: readonly RawItem[], door: Door = {}): Promise<IngestOutcome> {
    if (items.length < 1 || items.length > LARGEST_BATCH) {
      throw badInput('events', `must hold 1 to ${LARGEST_BATCH} items, and holds ${items.length}`);
    }
    const started = performance.now();
    const { observations, refused } = readItems(items, readingRulesOf(ctx, door));
    const keyOf = blindedOnce(ctx);
    const placed = distinct(observations.map((observation) => place(ctx, observation, keyOf)));
    const { fresh, known, profiles } = await this.read(ctx, placed);
    const there = await this.write(ctx, fresh, known, profiles);
    await this.quarantine.keep(ctx, refused, door.namespace ?? null);
    const accepted = fresh.filter(({ eventId }) => !there.has(eventId)).map(({ observation }) => observation.channel);
    const read = observations.map(({ channel }) => channel);
    const seconds = (performance.now() - started) / 1_000;
    this.observer?.batchTaken(door.name ?? items[0]?.source ?? '', tallyOf(read, accepted, refused), seconds);
    const duplicates = read.length - accepted.length;
    return { accepted: accepted.length, duplicates, rejected: refused.map(rejectionOf) };
  }

  /** What is not stored yet of a batch, and the accounts and profiles it concerns as they are now. */
  private async read(ctx: TenantContext, placed: readonly Placed[]) {
    const accountIds = [...new Set(placed.map(({ account }) => account.accountId))];
    const eventIds = placed.map(({ eventId }) => eventId);
    const [stored, known, profiles] = await Promise.all([
      this.events.existing(ctx, eventIds),
      this.accounts.find(ctx, accountIds),
      this.stitching.profilesOf(ctx, accountIds),
    ]);
    return { fresh: placed.filter(({ eventId }) => !stored.has(eventId)), known, profiles };
  }

  /** Writes what is new and returns the ids of events that another call inserted meanwhile. */
  private async write(
    ctx: TenantContext,
    fresh: readonly Placed[],
    known: Awaited<ReturnType<AccountService['find']>>,
    profiles: Awaited<ReturnType<StitchService['profilesOf']>>,
  ): Promise<Set<string>> {
    if (fresh.length === 0) return new Set();
    const observations = fresh.map(({ account }) => account);
    const isStitched = (accountId: string, key: string) =>
      profiles.get(accountId)?.identifiers.some((identifier) => identifier.key === key) ?? false;
    const linked = await this.identities.link(ctx, observations, known, isStitched);
    const observed = await this.accounts.observe(ctx, observations, known);
    const late = await this.identities.linkHeld(
      ctx,
      [...observed.values()].map(({ record }) => record),
      broughtByOthers(observations, known, isStitched),
    );
    const events = fresh.map((placed) => toEvent(ctx, placed, observed));
    await this.stitching.stitch(ctx, {
      accounts: new Map([...observed].map(([id, { record }]) => [id, record])),
      pairs: [...linked, ...late],
      profiles,
      events: groupBy(events, ({ record }) => record.accountId),
    });
    return this.events.insert(ctx, events);
  }
}

/**
 * Tells of an identifier of an account whether it is linked already or by this batch. What is neither was added by
 * another writer meanwhile, who may stop before linking it; the profile written here will show it.
 */
function broughtByOthers(
  observations: readonly AccountObservation[],
  known: ReadonlyMap<string, AccountRecord>,
  isStitched: (accountId: string, key: string) => boolean,
): (accountId: string, key: string) => boolean {
  const own = new Set(
    [...observations.map(({ accountId, identifiers }) => ({ id: accountId, identifiers })), ...known.values()].flatMap(
      ({ id, identifiers }) => identifiers.map(({ key }) => `${id} ${key}`),
    ),
  );
  return (accountId, key) => own.has(`${accountId} ${key}`) || isStitched(accountId, key);
}

function readingRulesOf({ settings, now }: TenantContext, door: Door): ReadingRules {
  return {
    region: settings.defaultRegion,
    currency: settings.currency,
    timeZone: settings.timeZone,
    blocked: blockedValues(settings.blockedIdentifiers, settings.defaultRegion),
    defaultNamespace: door.namespace ?? null,
    now: now(),
  };
}

/** The account an identifier stands for in a channel. */
function accountIdOf(ctx: TenantContext, channel: Observation['channel'], identifier: ObservedIdentifier): string {
  const { type, namespace, value } = identifier;
  return `acc_${derivedUlid(ctx.keys, definitionOf(channel).number, type, namespace ?? '', value)}`;
}

type KeyOf = (channel: Channel, identifier: ObservedIdentifier) => string;

/** Blinds identifiers, each once a batch. */
function blindedOnce(ctx: TenantContext): KeyOf {
  const keys = new Map<string, string>();
  return (channel, identifier) => {
    const identity = `${channel}\0${identityOf(identifier)}`;
    const { type, value } = identifier;
    const key = keys.get(identity) ?? blindIndex(ctx.keys, 'identifier', type, scopeIn(channel, identifier), value);
    keys.set(identity, key);
    return key;
  };
}

function place(ctx: TenantContext, observation: Observation, keyOf: KeyOf): Placed {
  const { channel, messageId, occurredAt, attributes, custom, accountIdentifier } = observation;
  const identifiers = observation.identifiers.map((identifier) => ({ ...identifier, key: keyOf(channel, identifier) }));
  const account = {
    accountId: accountIdOf(ctx, channel, accountIdentifier),
    channel,
    externalId: accountIdentifier.value,
    externalIdType: accountIdentifier.type,
    messageId,
    occurredAt,
    identifiers,
    attributes,
    custom,
  };
  return { observation, eventId: eventIdOf(ctx, messageId), account };
}

function distinct(placed: readonly Placed[]): Placed[] {
  const first = new Map<string, Placed>();
  for (const one of placed) if (!first.has(one.eventId)) first.set(one.eventId, one);
  return [...first.values()];
}

function toEvent(
  ctx: TenantContext,
  { observation, eventId, account }: Placed,
  observed: ReadonlyMap<string, ObservedAccount>,
) {
  const { type, name, channel, properties, context, revenue, occurredAt, messageId, identifiers, attributes, custom } =
    observation;
  const owner = observed.get(account.accountId);
  if (!owner) throw new Error(`The account ${account.accountId} of an event was not written.`);
  const record: EventRecord = {
    id: eventId,
    messageId,
    type,
    name,
    channel,
    accountId: account.accountId,
    trafficSource: trafficSourceOf(context, properties, channel),
    campaign: campaignOf(context),
    touchpoint: touchpointOf(type, name, channel),
    properties,
    revenue,
    occurredAt,
    receivedAt: ctx.now(),
  };
  return {
    ...hideEvent(ctx, record),
    payload: { identifiers, traits: { ...custom, ...attributes }, context },
    accountKey: owner.key,
  };
}
