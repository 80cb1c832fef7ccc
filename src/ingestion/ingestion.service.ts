import type { AccountService, ObservedAccount } from '../channels/account.service.js';
import type { EventService } from '../events/event.service.js';
import type { Decided } from '../identities/component.service.js';
import { ErasedIdentifiers } from '../identities/erased-identifiers.js';
import type { IdentityService, ObservedAccounts } from '../identities/identity.service.js';
import type { Observed, Resolution, ResolutionService } from '../identities/resolution.service.js';
import type { TenantContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import { groupBy } from '../platform/group-by.rules.js';
import type { KeyRing } from '../platform/seal.js';
import { onceSent, underWay } from '../platform/under-way.js';
import type { ConsentStore } from '../privacy/consent.store.js';
import type { Standing, StitchService } from '../profiles/stitch.service.js';
import type { StitchInput } from '../profiles/stitch-plan.js';
import { oldestTaken } from '../retention/retention.rules.js';
import type { EraseAccounts } from '../rights/erased-collections.js';
import { type Rejection, readItems, rejectionOf } from './batch.rules.js';

import { blockedBy } from './blocked-values.rules.js';
import { consentEntriesOf, factsOf } from './consent-entries.js';
import { brings, heldBy, onlyThose, refusalsOf, type Writable } from './erased-items.js';
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
interface Batch extends Writable, Standing {
  readonly known: Awaited<ReturnType<AccountService['find']>>;
}

/** Ids of events that were not stored: others had stored them, or their person was erased. */
interface Written {
  readonly there: ReadonlySet<string>;
  readonly erased: ReadonlySet<string>;
}

function withRefused({ there, erased }: Written, refused: readonly Placed[]): Written {
  return { there, erased: new Set([...erased, ...refused.map(({ eventId }) => eventId)]) };
}

const NOTHING_WRITTEN: Written = { there: new Set(), erased: new Set() };

/** Where consents are appended; nothing is shown of one before it is stored. */
type ConsentLedger = Pick<ConsentStore, 'append'>;

/** The one path from any door to profiles. */
export class IngestionService {
  constructor(
    private readonly accounts: AccountService,
    private readonly identities: IdentityService,
    private readonly resolution: ResolutionService,
    private readonly stitching: StitchService,
    private readonly events: EventService,
    private readonly quarantine: QuarantineStore,
    private readonly consents: ConsentLedger,
    private readonly eraseAccounts: EraseAccounts,
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
    const all = observations.map(placing(ctx));
    const placed = distinct(all);
    const reading = underWay(this.read(ctx, placed));
    await onceSent();
    const events = placed.map((one) => toEvent(ctx, one));
    const { stored, ...read } = await reading;
    const batch = onlyThose({ ...read, fresh: placed, events }, ({ eventId }) => !stored.has(eventId));
    const { there, erased } = await this.writeLiving(ctx, batch);
    refused.push(...refusalsOf(items, all, erased));
    await this.quarantine.keep(ctx, refused, door.namespace ?? null);
    const isAccepted = ({ eventId }: Placed) => !there.has(eventId) && !erased.has(eventId);
    const accepted = batch.fresh.filter(isAccepted).map(({ observation }) => observation.channel);
    const channels = all.flatMap(({ eventId, observation }) => (erased.has(eventId) ? [] : [observation.channel]));
    const seconds = (performance.now() - started) / 1_000;
    this.observer?.batchTaken(door.name ?? items[0]?.source ?? '', tallyOf(channels, accepted, refused), seconds);
    const duplicates = channels.length - accepted.length;
    return { accepted: accepted.length, duplicates, rejected: refused.map(rejectionOf) };
  }

  /** The events of a batch that are stored, and the accounts and profiles it concerns as they are now. */
  private async read(ctx: TenantContext, placed: readonly Placed[]) {
    const accountIds = [...new Set(placed.map(({ account }) => account.accountId))];
    const eventIds = placed.map(({ eventId }) => eventId);
    const [stored, known, standing] = await Promise.all([
      this.events.existing(ctx, eventIds),
      this.accounts.find(ctx, accountIds),
      this.stitching.standingOf(ctx, accountIds),
    ]);
    return { stored, known, ...standing };
  }

  /** Writes what is not of people who were erased: by the account, or by an identifier that nobody else holds. */
  private async writeLiving(ctx: TenantContext, batch: Batch): Promise<Written> {
    const isErased = ({ account }: Placed) => batch.erased.has(account.accountId);
    const gone = batch.fresh.filter(isErased);
    const living = gone.length === 0 ? batch : onlyThose(batch, (placed) => !isErased(placed));
    return withRefused(await this.writeUnlessErased(ctx, living), gone);
  }

  private async writeUnlessErased(ctx: TenantContext, batch: Batch): Promise<Written> {
    try {
      return await this.write(ctx, batch);
    } catch (error) {
      if (!(error instanceof ErasedIdentifiers)) throw error;
      const isErased = (placed: Placed) => brings(placed, error.keys);
      const others = onlyThose(batch, (placed) => !isErased(placed));
      return withRefused(await this.writeUnlessErased(ctx, others), batch.fresh.filter(isErased));
    }
  }

  /**
   * Writes what is new and returns the ids of events that another call inserted meanwhile, and of those whose person was
   * erased meanwhile. Each step is prepared while the database works on the one before, and sent when that is done.
   */
  private async write(ctx: TenantContext, batch: Batch): Promise<Written> {
    const { fresh, known, profiles, events } = batch;
    if (fresh.length === 0) return NOTHING_WRITTEN;
    const observations = fresh.map(({ account }) => account);
    const accounts = this.accounts.expected(observations, known);
    const observed = { accounts, events: groupBy(events, accountOf) };
    const deciding = underWay(this.decide(ctx, { observations, known, expected: accounts, profiles }, observed));
    await onceSent();
    const observing = underWay(this.accounts.observe(ctx, observations, known, accounts, deciding));
    const { decided, ...joins } = await deciding;
    const entries = consentEntriesOf(ctx, fresh);
    const expected = { ...observed, profiles, ...joins, ...factsOf(entries) };
    const recording = underWay(this.consents.append(ctx, entries));
    await onceSent();
    const settled = underWay(recording.then(() => this.settle(ctx, decided, expected, observing)));
    const stitching = underWay(this.stitch(ctx, decided, expected, settled));
    const written = await observing;
    await onceSent();
    const sealable = events.map((event) => ({ ...event, accountKeys: keysOfOwner(event, written) }));
    const there = await this.events.insert(ctx, sealable, stitching);
    const gone = heldBy(fresh, await stitching);
    if (gone.accountIds.length > 0) await this.eraseAccounts(ctx, gone);
    return { there, erased: gone.eventIds };
  }

  private async decide(ctx: TenantContext, batch: ObservedAccounts, observed: Observed): Promise<Resolution> {
    return this.resolution.decide(ctx, await this.identities.claim(ctx, batch), observed, batch.profiles);
  }

  /**
   * What the profiles are made of once the accounts are written. Where other writers came between, an account may hold
   * more than was claimed for it, or be another's by its evidence: then it is claimed and decided anew.
   */
  private async settle(
    ctx: TenantContext,
    decided: Decided | undefined,
    expected: StitchInput,
    observing: Promise<ReadonlyMap<string, ObservedAccount>>,
  ): Promise<Settled> {
    const records = [...(await observing).values()].map(({ record }) => record);
    const parted = decided ? (await this.resolution.part(ctx, decided)).accountIds : [];
    const others = records.filter((record) => expected.accounts.get(record.id) !== record);
    if (others.length > 0) await this.identities.claimHeld(ctx, others);
    if (others.length === 0 && parted.length === 0) return { input: expected, unexpected: [] };
    const { profiles: _stale, ...input } = { ...expected, accounts: new Map(records.map((one) => [one.id, one])) };
    return { input, unexpected: others.map(({ id }) => id) };
  }

  /**
   * Writes the profiles; where what was decided no longer follows from all that is known by then, decides again. Returns
   * the accounts that were erased meanwhile.
   */
  private async stitch(
    ctx: TenantContext,
    decided: Decided | undefined,
    expected: StitchInput,
    settled: Promise<Settled>,
  ): Promise<ReadonlySet<string>> {
    const preparing = underWay(settled.then(({ input }) => input));
    const { overtaken, undecided, erased } = await this.stitching.stitch(ctx, expected, preparing);
    const { input: observed, unexpected } = await settled;
    const holds = !decided || (await this.resolution.confirm(ctx, decided));
    const again = new Set([...overtaken, ...undecided, ...unexpected, ...(holds ? [] : decided.evidence.accountIds)]);
    if (again.size > 0)
      await this.resolution.settle(ctx, [...again], { observed, unfolded: undecided, isContended: true });
    return erased;
  }
}

/** What the profiles are made of, and the accounts that came to something else than was decided on. */
interface Settled {
  readonly input: StitchInput;
  readonly unexpected: readonly string[];
}

function readingRulesOf({ settings, now }: TenantContext, door: Door): ReadingRules {
  return {
    region: settings.defaultRegion,
    currency: settings.currency,
    timeZone: settings.timeZone,
    blocked: blockedBy(settings),
    defaultNamespace: door.namespace ?? null,
    now: now(),
    oldest: oldestTaken(settings.retention.events, now()),
  };
}

function accountOf({ record }: UnsealedEvent): string {
  return record.accountId;
}

function keysOfOwner({ record }: UnsealedEvent, observed: ReadonlyMap<string, ObservedAccount>): KeyRing {
  const owner = observed.get(record.accountId);
  if (!owner) throw new Error(`The account ${record.accountId} of an event was not written.`);
  return owner.keys;
}
