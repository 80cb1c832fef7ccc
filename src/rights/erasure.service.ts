import { setTimeout as delay } from 'node:timers/promises';
import type { ChangeLog } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
import type { LeadingSlot, TombstoneStore } from '../profiles/tombstone.store.js';
import type { ErasedCollection } from './erased-collections.js';
import { type Counts, type ErasurePlace, onlyFound, plusCounts, withoutUnreadable } from './erasure.rules.js';
import type { Doomed, FreezingService } from './freezing.service.js';
import type { MentionSweepService } from './mention-sweep.service.js';
import { NotedOthers } from './noted-others.js';
import type { PersonSlotsService } from './person-slots.service.js';
import type { SurvivorsService } from './survivors.service.js';

const ACCOUNTS_AT_ONCE = 20;
const MOST_ROUNDS = 5;

/** What an erasure is done by. */
export interface ErasureParts {
  readonly slots: PersonSlotsService;
  readonly freezing: FreezingService;
  readonly tombstones: TombstoneStore;
  readonly collections: readonly ErasedCollection[];
  readonly sweep: MentionSweepService;
  readonly survivors: SurvivorsService;
  readonly changes: ChangeLog;
  /** Takes away what other demands of these profiles left: reasons, and what was exported; or counts them. */
  readonly demands: DemandsOfPerson;
  /** Takes away what was exported of the whole tenant, the person among it, also what is being made; or counts it. */
  readonly wholeExports: ExportsOfAll;
  /** Whoever was writing when the profile was frozen has written by then, in milliseconds. */
  readonly graceMs: number;
}

/** What is kept of a person's demands. */
export interface DemandsOfPerson {
  count(ctx: TenantContext, profileIds: readonly string[]): Promise<number>;
  erase(ctx: TenantContext, profileIds: readonly string[]): Promise<void>;
}

/** What was exported of everybody. */
export interface ExportsOfAll {
  count(ctx: TenantContext): Promise<number>;
  erase(ctx: TenantContext): Promise<void>;
}

/** One erasure, as it goes on. */
export interface Erasing {
  readonly signal: AbortSignal;
  context(): Promise<TenantContext>;
  /** Keeps where it has come to, and throws where it is to stop. */
  keep(place: ErasurePlace): Promise<void>;
  /** A safe point within a step. */
  pass(): Promise<void>;
}

/**
 * Erases people. First the profile gives way to a tombstone, so that nobody reads or writes it any more; then what names
 * the person in sealed texts goes, then account by account all that is stored of them, the keys before what they seal;
 * then, once whoever was writing meanwhile has written, all accounts are gone through again, and their slots keep
 * tombstones that do not tell who was one person. Each step is harmless to repeat, so a killed process changes nothing.
 */
export class ErasureService {
  constructor(private readonly parts: ErasureParts) {}

  /** What would be erased of a profile, by collection; NOT_FOUND where the id leads to nobody. */
  async count(ctx: TenantContext, profileId: string): Promise<Counts> {
    const doomed = await this.parts.freezing.find(ctx, profileId);
    if (!doomed) throw notFound(`The profile ${profileId}`);
    return this.countOf(ctx, doomed.root);
  }

  /** Erases a profile, from where an earlier attempt has come to, and returns what there was of it. */
  async erase(profileId: string, known: ErasurePlace | null, erasing: Erasing): Promise<Counts> {
    let place = known ?? (await this.begin(profileId, erasing));
    if (place.stage === 'FREEZING') place = await this.freeze(profileId, place, erasing);
    if (place.stage === 'SWEEPING') place = await this.sweep(place, erasing);
    if (place.stage === 'ERASING') {
      place = { ...(await this.passOver(place, erasing)), stage: 'SETTLING', after: null, done: 0 };
      await erasing.keep(place);
    }
    await delay(this.parts.graceMs, undefined, { signal: erasing.signal });
    const { counts } = await this.passOver(place, erasing);
    await this.parts.wholeExports.erase(await erasing.context()); // whatever is read from now on has nobody
    return counts;
  }

  private async begin(profileId: string, erasing: Erasing): Promise<ErasurePlace> {
    const ctx = await erasing.context();
    const doomed = await this.parts.freezing.find(ctx, profileId);
    if (!doomed) throw notFound(`The profile ${profileId}`);
    const place = await this.placeOf(ctx, doomed);
    await erasing.keep(place);
    return place;
  }

  private async placeOf(ctx: TenantContext, { root, version }: Doomed): Promise<ErasurePlace> {
    const [counts, accounts] = [await this.countOf(ctx, root), await this.parts.slots.count(ctx, root)];
    return { stage: 'FREEZING', root, version: version + 1, after: null, counts, accounts, done: 0 };
  }

  /** Lets the tombstone stand, then tells who follows the profile. */
  private async freeze(profileId: string, begun: ErasurePlace, erasing: Erasing): Promise<ErasurePlace> {
    let place = begun;
    const ctx = await erasing.context();
    while (!(await this.parts.freezing.freeze(ctx, place.root))) place = await this.begin(profileId, erasing);
    const row = { profileId: place.root, version: place.version, paths: [], eventIds: [] };
    await this.parts.changes.append(ctx, [{ ...row, kind: 'ERASED' }]);
    place = { ...place, stage: 'SWEEPING' };
    await erasing.keep(place);
    return place;
  }

  private async sweep(place: ErasurePlace, erasing: Erasing): Promise<ErasurePlace> {
    const ctx = await erasing.context();
    for await (const who of this.parts.slots.mentioned(ctx, place.root))
      await this.parts.sweep.erase(ctx, who, () => erasing.pass());
    const swept = { ...place, stage: 'ERASING' } as const;
    await erasing.keep(swept);
    return swept;
  }

  /** Goes through the accounts behind a place; the second time until nothing is left, and lets tombstones stand. */
  private async passOver(begun: ErasurePlace, erasing: Erasing): Promise<ErasurePlace> {
    let place = begun;
    const pieces = this.parts.slots.piecesOf(await erasing.context(), place.root, place.after, ACCOUNTS_AT_ONCE);
    for await (const slots of pieces) {
      const ctx = await erasing.context();
      await this.eraseAccounts(ctx, slots, place, erasing);
      const ids = slots.map(({ id }) => id);
      if (place.stage === 'SETTLING') {
        await this.untilNothing(ctx, slots, place, erasing);
        await this.parts.tombstones.eraseRedirects(ctx, ids);
      }
      place = { ...place, after: ids.at(-1) ?? null, done: place.done + slots.length, others: [] };
      await erasing.keep(place);
    }
    return place;
  }

  /** Others are noted before what leads to them goes, and seen to by whoever goes on where this process stops. */
  private async eraseAccounts(
    ctx: TenantContext,
    slots: readonly LeadingSlot[],
    place: ErasurePlace,
    erasing: Erasing,
  ): Promise<void> {
    const accounts = await this.parts.slots.erasedAccounts(ctx, slots);
    const noted = new NotedOthers(place, erasing, (ids) => this.parts.survivors.settle(ctx, ids, accounts.accountIds));
    for (const { erase } of this.parts.collections) {
      for await (const others of erase(ctx, accounts)) await noted.add(others);
      await erasing.pass();
    }
    await this.parts.demands.erase(ctx, accounts.profileIds);
    await noted.settle();
  }

  private async untilNothing(
    ctx: TenantContext,
    slots: readonly LeadingSlot[],
    place: ErasurePlace,
    erasing: Erasing,
  ): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      if (Object.keys(await this.countAccounts(ctx, slots)).length === 0) return;
      await this.eraseAccounts(ctx, slots, { ...place, others: [] }, erasing);
    }
    throw new Error(
      `Something was still stored of ${slots.length} accounts after they had been erased ${MOST_ROUNDS} times.`,
    );
  }

  private async countOf(ctx: TenantContext, root: string): Promise<Counts> {
    let counts: Counts = {};
    for await (const slots of this.parts.slots.piecesOf(ctx, root, null, ACCOUNTS_AT_ONCE)) {
      const profiles = { profiles: slots.length };
      const ids = slots.filter(({ wasProfile }) => wasProfile).map(({ id }) => id);
      const demands = { privacy_requests: await this.parts.demands.count(ctx, ids) };
      for (const more of [await this.countAccounts(ctx, slots), profiles, demands]) counts = plusCounts(counts, more);
    }
    let isFirst = true; // what can't be opened is the same, however often it is looked at
    for await (const who of this.parts.slots.mentioned(ctx, root)) {
      const found = await this.parts.sweep.count(ctx, who);
      counts = plusCounts(counts, isFirst ? found : withoutUnreadable(found));
      isFirst = false;
    }
    counts = plusCounts(counts, { downloads: await this.parts.wholeExports.count(ctx) });
    return onlyFound(counts);
  }

  private async countAccounts(ctx: TenantContext, slots: readonly LeadingSlot[]): Promise<Counts> {
    const accounts = await this.parts.slots.erasedAccounts(ctx, slots);
    let counts: Counts = {};
    for (const { count } of this.parts.collections) counts = plusCounts(counts, await count(ctx, accounts));
    return onlyFound(counts);
  }
}
