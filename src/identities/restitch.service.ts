import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { LivingProfile, ProfilePlace, SlotStore } from '../profiles/slot.store.js';
import type { ComponentService, Decided } from './component.service.js';
import { NO_CHANGES, type Regrouping, type RegroupingTally, regroupings, tallyWith } from './regrouping.rules.js';
import type { ResolutionService } from './resolution.service.js';

const PIECE = 50;
/** For so long another process may decide under the settings before. */
const SETTINGS_SEEN_MS = 2_000;

const parameters = z.strictObject({ dryRun: z.boolean().default(false) });

type Parameters = z.infer<typeof parameters>;

/** A piece that is being carried out: up to which profile, and the tally with what it changes. */
interface UnderWay {
  readonly upTo: ProfilePlace;
  readonly tally: RegroupingTally;
}

/** Where the job has come to. */
interface Place {
  /** Of the settings that are decided under. */
  readonly settings: string;
  /** How many profiles there were when it began. */
  readonly total: number;
  /** The last profile that was dealt with; null before the first. */
  readonly after: ProfilePlace | null;
  readonly tally: RegroupingTally;
  readonly underWay: UnderWay | null;
}

/**
 * Decides all accounts of a tenant anew under the settings in force: profiles are merged and parted where these say other
 * than those they were made under. Where the settings change meanwhile, it begins anew, so that all were decided under
 * the last ones. A dry run changes nothing and tells what would change.
 */
export class RestitchService implements JobKind<Parameters> {
  readonly kind = 'restitch';
  readonly parameters = parameters;

  constructor(
    private readonly slots: SlotStore,
    private readonly components: ComponentService,
    private readonly resolution: ResolutionService,
  ) {}

  async run(_ctx: TenantContext, { dryRun }: Parameters, job: JobRun): Promise<Record<string, unknown>> {
    let place = job.checkpoint as Place | null;
    for (;;) {
      const ctx = await job.context();
      if (place?.settings !== settingsOf(ctx)) place = await this.begin(ctx, place, dryRun, job.signal);
      place = await this.pass(ctx, place, dryRun, job);
      if (settingsOf(await job.context()) === place.settings) return { dryRun, ...place.tally };
    }
  }

  /** Begins under new settings, once all processes have seen them: what was done before stays counted. */
  private async begin(ctx: TenantContext, before: Place | null, dryRun: boolean, signal: AbortSignal): Promise<Place> {
    if (!dryRun) await delay(SETTINGS_SEEN_MS, undefined, { signal });
    const done = before?.underWay?.tally ?? before?.tally ?? NO_CHANGES;
    const tally = dryRun ? NO_CHANGES : { ...done, profiles: 0 };
    return { settings: settingsOf(ctx), total: await this.slots.countLiving(ctx), after: null, tally, underWay: null };
  }

  /** Goes on to the end, or until the settings are others. */
  private async pass(ctx: TenantContext, begun: Place, dryRun: boolean, job: JobRun): Promise<Place> {
    let place = begun.underWay ? await this.finish(ctx, begun, begun.underWay) : begun;
    for await (const piece of piecesOfProfiles(this.slots.livingAfter(ctx, place.after))) {
      const now = await job.context();
      if (settingsOf(now) !== place.settings) return place;
      const tally = dryRun ? await this.preview(now, piece, place.tally) : await this.settle(now, piece, place, job);
      place = { ...place, after: placeOf(piece), tally, underWay: null };
      await job.save(place, shareOf(place));
    }
    return place;
  }

  /** A change is counted with the lowest of the profiles it concerns, since each of them leads to it. */
  private async preview(ctx: TenantContext, piece: readonly LivingProfile[], tally: RegroupingTally) {
    const decided = await this.components.decide(ctx, foundersOf(piece));
    const own = new Set(piece.map(({ id }) => id));
    const changes = changesOf(decided).filter(({ before }) => own.has([...before.keys()].sort()[0] ?? ''));
    return tallyWith(tally, piece.length, changes);
  }

  /** Carries out what is decided. What it changes is noted beforehand, with the tally as it will be. */
  private async settle(ctx: TenantContext, piece: readonly LivingProfile[], place: Place, job: JobRun) {
    let tally = tallyWith(place.tally, piece.length, []);
    const note = async (decided: Decided) => {
      const changes = changesOf(decided);
      if (changes.length === 0) return;
      tally = tallyWith(place.tally, piece.length, changes);
      await job.save({ ...place, underWay: { upTo: placeOf(piece), tally } }, shareOf(place));
    };
    await this.resolution.settle(ctx, foundersOf(piece), undefined, note);
    return tally;
  }

  /** Finishes the piece in which another process died: it may have carried out a part, and has counted all of it. */
  private async finish(ctx: TenantContext, place: Place, { upTo, tally }: UnderWay): Promise<Place> {
    const rest = upToPlace(this.slots.livingAfter(ctx, place.after), upTo);
    for await (const piece of piecesOfProfiles(rest)) await this.resolution.settle(ctx, foundersOf(piece));
    return { ...place, after: upTo, tally, underWay: null };
  }
}

function changesOf({ decision, evidence }: Decided): Regrouping[] {
  return regroupings(decision.persons, (accountId) => evidence.profileIdOf(accountId));
}

function foundersOf(piece: readonly LivingProfile[]): string[] {
  return piece.map(({ id }) => accountIdOf(id));
}

function placeOf(piece: readonly LivingProfile[]): ProfilePlace {
  const { id, createdAt } = piece.at(-1) as LivingProfile;
  return { id, createdAt };
}

function shareOf({ tally, total }: Place): number {
  return tally.profiles / Math.max(1, total);
}

/** Profiles in pieces of 50; one of more accounts than it shows is decided by itself, so that evidence stays bounded. */
async function* piecesOfProfiles(profiles: AsyncIterable<LivingProfile>): AsyncGenerator<LivingProfile[]> {
  let piece: LivingProfile[] = [];
  for await (const profile of profiles) {
    if (piece.length === PIECE || (profile.isLarge && piece.length > 0)) {
      yield piece;
      piece = [];
    }
    piece.push(profile);
    if (!profile.isLarge) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** Those that come no later than a place. */
async function* upToPlace(profiles: AsyncIterable<LivingProfile>, last: ProfilePlace): AsyncGenerator<LivingProfile> {
  for await (const profile of profiles) {
    const difference = profile.createdAt.getTime() - last.createdAt.getTime();
    if (difference < 0 || (difference === 0 && profile.id < last.id)) return;
    yield profile;
  }
}

/** Stands for all of the settings that a decision depends on. */
function settingsOf({ settings }: TenantContext): string {
  const { identifierRules, sharedByMost, blockedIdentifiers, defaultRegion } = settings;
  return hash('sha256', JSON.stringify([identifierRules, sharedByMost, blockedIdentifiers, defaultRegion]), 'hex');
}
