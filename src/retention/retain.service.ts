import { z } from 'zod';
import type { AuditTrail } from '../audit/audit-trail.service.js';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { piecesOfProfiles, placeOf, upToPlace } from '../profiles/living-pieces.js';
import type { LivingProfile, ProfilePlace, SlotStore } from '../profiles/slot.store.js';
import type { OutdatedCollection } from './outdated-collections.js';
import type { OutdatedEventsService } from './outdated-events.service.js';
import { keptFrom } from './retention.rules.js';
import type { EventRule } from './retention-settings.js';

/** The kind of the job, as startJob names it. */
export const RETAIN = 'retain';

const parameters = z.strictObject({ dryRun: z.boolean().default(false) });

type Parameters = z.infer<typeof parameters>;

/** What was found to be outdated, and deleted where this is no dry run. */
type Tally = Readonly<Record<string, number>>;

/** Where the job has come to. What is counted is counted before it is deleted, so that no stop makes it less. */
interface Place {
  /** The moment that all ages are told at. */
  readonly at: Date;
  /** The collection that is looked at; behind the last of them, events. */
  readonly stage: number;
  /** Whether what is outdated in that collection is counted. */
  readonly isCounted: boolean;
  readonly total: number;
  readonly done: number;
  /** The last profile whose events were seen to; null before the first. */
  readonly after: ProfilePlace | null;
  /** The last profile whose events are counted, where they are being deleted. */
  readonly underWay: ProfilePlace | null;
  readonly tally: Tally;
}

/** What was asked of a job, and its run. */
interface Asked extends Parameters {
  readonly job: JobRun;
}

/**
 * Deletes what a tenant's rules keep no more, by the rules as they are when a piece is begun: collections of which each
 * document has a time of its own, then the events, person by person, since whoever permits more is kept for longer.
 * People whose data are restricted are left as they are. A dry run counts.
 */
export class RetainService implements JobKind<Parameters> {
  readonly kind = RETAIN;
  readonly permission = 'settings:manage';
  readonly parameters = parameters;

  constructor(
    private readonly slots: SlotStore,
    private readonly collections: readonly OutdatedCollection[],
    private readonly events: OutdatedEventsService,
    private readonly witness: Pick<AuditTrail, 'did'>,
  ) {}

  async run(ctx: TenantContext, { dryRun }: Parameters, job: JobRun): Promise<Record<string, unknown>> {
    const asked = { dryRun, job };
    let place = (job.checkpoint as Place | null) ?? (await this.begin(ctx));
    while (place.stage < this.collections.length) place = await this.collection(place, asked);
    const { tally } = await this.people(place, asked);
    const details = { job: job.id, dryRun, ...tally };
    await this.witness.did(ctx, { actor: 'system', action: 'retained', subject: job.id, outcome: 'OK', details });
    return { dryRun, ...tally };
  }

  private async begin(ctx: TenantContext): Promise<Place> {
    const total = ctx.settings.retention.events ? await this.slots.countLiving(ctx) : 0;
    const names = [...this.collections.map(({ name }) => name), 'events', 'profiles', 'restricted'];
    const tally = Object.fromEntries(names.map((name) => [name, 0]));
    return { at: ctx.now(), stage: 0, isCounted: false, total, done: 0, after: null, underWay: null, tally };
  }

  /** Sees to one collection. */
  private async collection(begun: Place, { dryRun, job }: Asked): Promise<Place> {
    let place = begun;
    const ctx = await job.context();
    const collection = this.collections[place.stage];
    const days = collection?.days(ctx.settings.retention);
    if (collection && days !== undefined) {
      const before = keptFrom(place.at, days);
      if (!place.isCounted) {
        const { name } = collection;
        place = withCounts({ ...place, isCounted: true }, { [name]: await collection.count(ctx, before) });
        await job.save(place, shareOf(place));
      }
      if (!dryRun) await collection.erase(ctx, before, () => job.progress(shareOf(place)));
    }
    place = { ...place, stage: place.stage + 1, isCounted: false };
    await job.save(place, shareOf(place));
    return place;
  }

  /** Sees to the events of all people, the piece first in which another process stopped. */
  private async people(begun: Place, asked: Asked): Promise<Place> {
    let place = begun;
    const { job } = asked;
    if (place.underWay) {
      const ctx = await job.context();
      const rest = upToPlace(this.slots.livingAfter(ctx, place.after), place.underWay);
      for await (const piece of piecesOfProfiles(rest)) await this.delete(await job.context(), piece, place, job);
      place = { ...place, after: place.underWay, underWay: null };
    }
    for await (const piece of piecesOfProfiles(this.slots.livingAfter(await job.context(), place.after))) {
      const ctx = await job.context();
      const rule = ctx.settings.retention.events;
      if (!rule) break;
      place = await this.piece(ctx, piece, { rule, place }, asked);
      await job.save(place, shareOf(place));
    }
    return place;
  }

  private async piece(
    ctx: TenantContext,
    piece: readonly LivingProfile[],
    { rule, place }: { readonly rule: EventRule; readonly place: Place },
    { dryRun, job }: Asked,
  ): Promise<Place> {
    const { people, restricted } = await this.events.keepingsOf(ctx, idsOf(piece), { rule, at: place.at });
    const found = await this.events.count(ctx, people);
    const counted = withCounts(place, { ...found, restricted });
    if (!dryRun && found.events + found.profiles > 0) {
      const underWay = { ...counted, underWay: placeOf(piece) };
      await job.save(underWay, shareOf(place));
      await this.events.erase(ctx, people, () => job.signal.throwIfAborted());
    }
    return { ...counted, done: place.done + piece.length, after: placeOf(piece) };
  }

  /** Deletes what is counted already. */
  private async delete(ctx: TenantContext, piece: readonly LivingProfile[], { at }: Place, job: JobRun): Promise<void> {
    const rule = ctx.settings.retention.events;
    if (!rule) return;
    const { people } = await this.events.keepingsOf(ctx, idsOf(piece), { rule, at });
    await this.events.erase(ctx, people, () => job.signal.throwIfAborted());
  }
}

function withCounts(place: Place, counts: Tally): Place {
  const tally: Record<string, number> = { ...place.tally };
  for (const [name, count] of Object.entries(counts)) tally[name] = (tally[name] ?? 0) + count;
  return { ...place, tally };
}

function idsOf(piece: readonly LivingProfile[]): string[] {
  return piece.map(({ id }) => id);
}

function shareOf({ total, done }: Place): number {
  return total === 0 ? 0 : Math.min(1, done / total);
}
