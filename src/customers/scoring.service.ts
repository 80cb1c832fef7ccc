import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { piecesOf } from '../platform/pieces.js';
import { piecesOfProfiles, placeOf } from '../profiles/living-pieces.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ProfilePlace, SlotStore } from '../profiles/slot.store.js';
import { ordersUpTo, totalsOf } from '../rfm/orders.rules.js';
import type { RfmVersionService } from '../rfm/rfm-version.service.js';
import { type Drawn, drawn, packSample, placeOfCustomer, unpackSample } from '../rfm/sample.rules.js';
import { measuredOn, rfmCutsOf } from '../rfm/scores.rules.js';
import { calendarOf } from '../rules/calendar.rules.js';
import { mayBeJudged } from './customer-course.service.js';
import type { CustomerFactsService } from './customer-facts.service.js';
import type { CustomerNoteService } from './customer-note.service.js';
import { markOfSettings } from './scoring-time.rules.js';

/** The kind of the job, as startJob names it. */
export const SCORING = 'score-customers';
/** For so long another process may go by the cuts before. */
const CUTS_SEEN_MS = 2_000;
const PIECE = 100;
/** The sample is kept that often: it is large. */
const PIECES_PER_CHECKPOINT = 10;
/** Measuring is half of the work. */
const HALF = 1 / 2;

const parameters = z.strictObject({});

/** Where the job has come to: it measures everybody, then looks at everybody under the new cuts. */
interface Place {
  /** The moment that recency is told as of. */
  readonly asOf: string;
  readonly total: number;
  readonly done: number;
  readonly customers: number;
  /** The sample so far; null once cuts were made of it. */
  readonly sample: string | null;
  readonly version: number;
  readonly after: ProfilePlace | null;
}

/** Has whoever goes by tiers look at people again. */
export type FollowTiers = (ctx: TenantContext, profileIds: readonly string[]) => Promise<void>;

/** What scoring needs. */
export interface ScoringParts {
  readonly slots: SlotStore;
  readonly profiles: ProfileStore;
  readonly facts: CustomerFactsService;
  readonly versions: RfmVersionService;
  readonly notes: CustomerNoteService;
  readonly follow: FollowTiers;
}

/**
 * Makes the cuts between scores anew, out of all customers with orders, as of one moment; then looks at everybody by the
 * new cuts and the settings as they are. Who may not be judged by their data is not counted.
 */
export class ScoringService implements JobKind {
  readonly kind = SCORING;
  readonly permission = 'segments:write' as const;
  readonly parameters = parameters;

  constructor(private readonly parts: ScoringParts) {}

  async run(ctx: TenantContext, _: unknown, job: JobRun): Promise<Record<string, unknown>> {
    let place = (job.checkpoint as Place | null) ?? (await this.begin(ctx));
    if (place.sample !== null) place = await this.measure(place, job);
    place = await this.look(place, job);
    return { version: place.version, customers: place.customers, profiles: place.done };
  }

  private async begin(ctx: TenantContext): Promise<Place> {
    const total = await this.parts.slots.countLiving(ctx);
    return { asOf: ctx.now().toISOString(), total, done: 0, customers: 0, sample: '', version: 0, after: null };
  }

  /** Measures everybody, and makes the cuts. */
  private async measure(begun: Place, job: JobRun): Promise<Place> {
    let [place, sample, pieces] = [begun, unpackSample(begun.sample ?? ''), 0];
    for await (const piece of piecesOfProfiles(this.parts.slots.livingAfter(await job.context(), place.after))) {
      const ids = piece.map(({ id }) => id);
      const found = await this.measured(await job.context(), ids, new Date(place.asOf));
      sample = drawn(sample, found);
      const [done, customers] = [place.done + piece.length, place.customers + found.length];
      place = { ...place, done, customers, after: placeOf(piece) };
      pieces += 1;
      if (pieces % PIECES_PER_CHECKPOINT === 0)
        await job.save({ ...place, sample: packSample(sample) }, shareOf(place));
      else await job.progress(shareOf(place));
    }
    const ctx = await job.context();
    const { currency } = ctx.settings;
    const made = {
      asOf: new Date(place.asOf),
      currency,
      mark: markOfSettings(ctx.settings),
      customers: place.customers,
    };
    const version = await this.parts.versions.add(ctx, { ...made, cuts: rfmCutsOf(sample) });
    const next = { ...place, version, sample: null, done: 0, after: null };
    await job.save(next, HALF);
    return next;
  }

  private async measured(ctx: TenantContext, ids: readonly string[], asOf: Date): Promise<Drawn[]> {
    const { profiles, facts } = this.parts;
    const living = new Map([...(await profiles.resolve(ctx, ids)).values()].map((stored) => [stored._id, stored]));
    const states = [...living.values()].map((stored) => profiles.open(ctx, stored).state).filter(mayBeJudged);
    const calendar = calendarOf(ctx.settings.timeZone);
    const day = calendar.dayOf(asOf.getTime());
    const own = states.length > 0 ? await facts.of(ctx, states) : new Map<string, never>();
    return states.flatMap(({ id }) => {
      const totals = totalsOf(ordersUpTo(own.get(id)?.sales ?? [], day, calendar));
      return totals ? [{ place: placeOfCustomer(id), ...measuredOn(totals, day) }] : [];
    });
  }

  /** Looks at everybody by the new cuts. */
  private async look(begun: Place, job: JobRun): Promise<Place> {
    let place = begun;
    await delay(CUTS_SEEN_MS, undefined, { signal: job.signal });
    for await (const piece of piecesOf(this.parts.slots.livingAfter(await job.context(), place.after), PIECE)) {
      const ctx = await job.context();
      const ids = piece.map(({ id }) => id);
      await this.parts.notes.look(ctx, ids);
      await this.parts.follow(ctx, ids);
      place = { ...place, done: place.done + piece.length, after: placeOf(piece) };
      await job.save(place, HALF + shareOf(place));
    }
    return place;
  }
}

function shareOf({ total, done }: Place): number {
  return Math.min(HALF, (HALF * done) / Math.max(1, total));
}
