import type { KeyObject } from 'node:crypto';
import type { AccountObservation, AccountRecord } from '../channels/account.rules.js';
import type { AccountService, ObservedAccount } from '../channels/account.service.js';
import type { EventService } from '../events/event.service.js';
import type { IdentityService } from '../identities/identity.service.js';
import type { TenantContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import { groupBy } from '../platform/group-by.rules.js';
import { onceSent, underWay } from '../platform/under-way.js';
import type { StitchService } from '../profiles/stitch.service.js';
import type { StitchInput } from '../profiles/stitch-plan.js';
import { type Rejection, readItems, rejectionOf } from './batch.rules.js';

import { blockedBy } from './identifiers.rules.js';
import { type IngestionObserver, tallyOf } from './ingestion-tally.rules.js';
import type { RawItem } from './observation.js';

import type { ReadingRules } from './observation.rules.js';
import { distinct, type Placed, placing, toEvent, type UnsealedEvent } from './placed.js';
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

/** What is new of a batch, and the accounts and profiles it concerns as they were read. */
interface Batch {
  readonly fresh: readonly Placed[];
  readonly events: readonly UnsealedEvent[];
  readonly known: Awaited<ReturnType<AccountService['find']>>;
  readonly profiles: Awaited<ReturnType<StitchService['profilesOf']>>;
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
    const placed = distinct(observations.map(placing(ctx)));
    const reading = underWay(this.read(ctx, placed));
    await onceSent();
    const events = placed.map((one) => toEvent(ctx, one));
    const { stored, ...read } = await reading;
    const isFresh = ({ eventId }: Placed) => !stored.has(eventId);
    const fresh = placed.filter(isFresh);
    const there = await this.write(ctx, {
      ...read,
      fresh,
      events: events.filter((_, at) => isFresh(placed[at] as Placed)),
    });
    await this.quarantine.keep(ctx, refused, door.namespace ?? null);
    const accepted = fresh.filter(({ eventId }) => !there.has(eventId)).map(({ observation }) => observation.channel);
    const channels = observations.map(({ channel }) => channel);
    const seconds = (performance.now() - started) / 1_000;
    this.observer?.batchTaken(door.name ?? items[0]?.source ?? '', tallyOf(channels, accepted, refused), seconds);
    const duplicates = channels.length - accepted.length;
    return { accepted: accepted.length, duplicates, rejected: refused.map(rejectionOf) };
  }

  /** The events of a batch that are stored, and the accounts and profiles it concerns as they are now. */
  private async read(ctx: TenantContext, placed: readonly Placed[]) {
    const accountIds = [...new Set(placed.map(({ account }) => account.accountId))];
    const eventIds = placed.map(({ eventId }) => eventId);
    const [stored, known, profiles] = await Promise.all([
      this.events.existing(ctx, eventIds),
      this.accounts.find(ctx, accountIds),
      this.stitching.profilesOf(ctx, accountIds),
    ]);
    return { stored, known, profiles };
  }

  /**
   * Writes what is new and returns the ids of events that another call inserted meanwhile. Each step is prepared while
   * the database works on the one before, and sent when that is done.
   */
  private async write(ctx: TenantContext, batch: Batch): Promise<Set<string>> {
    const { fresh, known, profiles, events } = batch;
    if (fresh.length === 0) return new Set();
    const observations = fresh.map(({ account }) => account);
    const linking = underWay(this.identities.link(ctx, observations, known, stitchedIn(profiles)));
    await onceSent();
    const accounts = this.accounts.expected(observations, known);
    const observing = underWay(this.accounts.observe(ctx, observations, known, accounts, linking));
    const expected = { accounts, pairs: await linking, profiles, events: groupBy(events, accountOf) };
    await onceSent();
    const settled = underWay(this.settle(ctx, batch, expected, observing));
    const stitching = underWay(this.stitching.stitch(ctx, expected, settled));
    const observed = await observing;
    await onceSent();
    const sealable = events.map((event) => ({ ...event, accountKey: keyOfOwner(event, observed) }));
    return this.events.insert(ctx, sealable, stitching);
  }

  /** What the profiles are made of once the accounts are written: as expected, unless other writers came between. */
  private async settle(
    ctx: TenantContext,
    { fresh, known, profiles }: Batch,
    expected: StitchInput,
    observing: Promise<ReadonlyMap<string, ObservedAccount>>,
  ): Promise<StitchInput> {
    const records = [...(await observing).values()].map(({ record }) => record);
    const observations = fresh.map(({ account }) => account);
    const isLinked = broughtByBatch(observations, known, stitchedIn(profiles));
    const late = await this.identities.linkHeld(ctx, records, isLinked);
    if (late.length === 0 && records.every((record) => expected.accounts.get(record.id) === record)) return expected;
    const accounts = new Map(records.map((record) => [record.id, record]));
    return { ...expected, accounts, pairs: [...expected.pairs, ...late] };
  }
}

type IsLinked = (accountId: string, key: string) => boolean;

/** Tells of an identifier of an account whether the account's profile shows it. */
function stitchedIn(profiles: Batch['profiles']): IsLinked {
  return (accountId, key) => profiles.get(accountId)?.identifiers.some((identifier) => identifier.key === key) ?? false;
}

/**
 * Tells of an identifier of an account whether it is linked already or by this batch. What is neither was added by
 * another writer meanwhile, who may stop before linking it; the profile written here will show it.
 */
function broughtByBatch(
  observations: readonly AccountObservation[],
  known: ReadonlyMap<string, AccountRecord>,
  isStitched: IsLinked,
): IsLinked {
  let own: ReadonlySet<string> | undefined;
  return (accountId, key) => {
    if (isStitched(accountId, key)) return true;
    own ??= heldBy(observations, known);
    return own.has(`${accountId} ${key}`);
  };
}

function heldBy(observations: readonly AccountObservation[], known: ReadonlyMap<string, AccountRecord>): Set<string> {
  const holders = [
    ...observations.map(({ accountId, identifiers }) => ({ id: accountId, identifiers })),
    ...known.values(),
  ];
  return new Set(holders.flatMap(({ id, identifiers }) => identifiers.map(({ key }) => `${id} ${key}`)));
}

function readingRulesOf({ settings, now }: TenantContext, door: Door): ReadingRules {
  return {
    region: settings.defaultRegion,
    currency: settings.currency,
    timeZone: settings.timeZone,
    blocked: blockedBy(settings),
    defaultNamespace: door.namespace ?? null,
    now: now(),
  };
}

function accountOf({ record }: UnsealedEvent): string {
  return record.accountId;
}

function keyOfOwner({ record }: UnsealedEvent, observed: ReadonlyMap<string, ObservedAccount>): KeyObject {
  const owner = observed.get(record.accountId);
  if (!owner) throw new Error(`The account ${record.accountId} of an event was not written.`);
  return owner.key;
}
