import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { piecesOfProfiles, placeOf, upToPlace } from '../profiles/living-pieces.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { LivingProfile, ProfilePlace, SlotStore } from '../profiles/slot.store.js';
import type { BulkMatchingService } from './bulk-matching.service.js';
import type { ComponentService, Decided } from './component.service.js';
import { NO_CHANGES, type Regrouping, type RegroupingTally, regroupings, tallyWith } from './regrouping.rules.js';
import type { ResolutionService } from './resolution.service.js';

/** For so long another process may decide under the settings before. */
const SETTINGS_SEEN_MS = 2_000;

const parameters = z.strictObject({
  dryRun: z.boolean().default(false),
  /** The version of the match model to put in force, null for none; absent: the one that is. */
  model: z.int().min(1).nullable().optional(),
});

/** Begins what stands for settings under which a model is in force. */
const MATCHED = 'matched-';

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
  /** Where a model is in force all profiles are matched first; then all are decided. */
  readonly stage: 'MATCHING' | 'DECIDING';
  /** How many profiles there were when it began, and how many of them this stage has dealt with. */
  readonly total: number;
  readonly done: number;
  /** The last profile that was dealt with; null before the first. */
  readonly after: ProfilePlace | null;
  readonly tally: RegroupingTally;
  readonly underWay: UnderWay | null;
}

/** What was asked of a job, and its run. */
interface Asked extends Parameters {
  readonly job: JobRun;
}

/** Deals with a piece, and returns the tally after it. */
type Deal = (ctx: TenantContext, piece: readonly LivingProfile[], place: Place) => Promise<RegroupingTally>;

/**
 * Decides all accounts of a tenant anew under the settings in force, or under another version of the match model, which
 * is then put in force: profiles are merged and parted where these say other than those they were made under. All are
 * matched before any is decided, so that nobody is parted from whom the new version finds as well. Where the settings
 * change meanwhile, it begins anew, so that all were decided under the last ones. A dry run changes no profile and tells
 * what would change.
 */
export class RestitchService implements JobKind<Parameters> {
  readonly kind = 'restitch';
  readonly parameters = parameters;

  constructor(
    private readonly slots: SlotStore,
    private readonly components: ComponentService,
    private readonly resolution: ResolutionService,
    private readonly matching: BulkMatchingService,
  ) {}

  async run(tenant: TenantContext, { dryRun, model }: Parameters, job: JobRun): Promise<Record<string, unknown>> {
    const asked = { dryRun, model, job };
    await this.matching.checkVersion(tenant, model);
    let place = job.checkpoint as Place | null;
    for (;;) {
      const ctx = await contextOf(asked);
      if (place?.settings !== settingsOf(ctx)) place = await this.begin(ctx, place, asked);
      const { stage } = place;
      place = stage === 'MATCHING' ? await this.match(ctx, place, asked) : await this.decide(ctx, place, asked);
      const isOver = stage === 'DECIDING' && settingsOf(await contextOf(asked)) === place.settings;
      if (isOver) return this.end(ctx, place, asked);
    }
  }

  /** The result; where another version of the model has come into force, what was kept by others is dropped first. */
  private async end(ctx: TenantContext, { tally }: Place, { dryRun, model }: Asked): Promise<Record<string, unknown>> {
    if (model === undefined) return { dryRun, ...tally };
    if (!dryRun) await this.matching.dropOthers(ctx);
    return { dryRun, model, ...tally };
  }

  /** Begins under new settings, once all processes have seen them: what was done before stays counted. */
  private async begin(ctx: TenantContext, before: Place | null, { dryRun, model, job }: Asked): Promise<Place> {
    if (!dryRun && model === null) await this.matching.putInForce(ctx, null);
    if (!dryRun) await delay(SETTINGS_SEEN_MS, undefined, { signal: job.signal });
    const changed = before?.underWay?.tally ?? before?.tally ?? NO_CHANGES;
    const tally = dryRun ? NO_CHANGES : { ...changed, profiles: 0 };
    const stage = ctx.settings.matchModel === null ? 'DECIDING' : 'MATCHING';
    const total = await this.slots.countLiving(ctx);
    return { settings: settingsOf(ctx), stage, total, done: 0, after: null, tally, underWay: null };
  }

  /** Matches all; then the model is put in force, where another was asked for. */
  private async match(ctx: TenantContext, begun: Place, asked: Asked): Promise<Place> {
    const { dryRun, model, job } = asked;
    const place = await this.pass(ctx, begun, asked, async (now, piece, { tally }) => {
      await this.matching.renew(now, idsOf(piece), false);
      return tally;
    });
    if (settingsOf(await contextOf(asked)) !== place.settings) return place;
    if (!dryRun && model !== undefined) {
      await this.matching.putInForce(ctx, model);
      await delay(SETTINGS_SEEN_MS, undefined, { signal: job.signal });
    }
    return { ...place, stage: 'DECIDING', done: 0, after: null };
  }

  private async decide(ctx: TenantContext, begun: Place, asked: Asked): Promise<Place> {
    const place = begun.underWay ? await this.finish(ctx, begun, begun.underWay) : begun;
    return this.pass(ctx, place, asked, (now, piece, at) =>
      asked.dryRun ? this.preview(now, piece, at.tally) : this.settle(now, piece, at, asked.job),
    );
  }

  /** Goes on to the end, or until the settings are others. */
  private async pass(ctx: TenantContext, begun: Place, asked: Asked, deal: Deal): Promise<Place> {
    let place = begun;
    for await (const piece of piecesOfProfiles(this.slots.livingAfter(ctx, place.after))) {
      const now = await contextOf(asked);
      if (settingsOf(now) !== place.settings) return place;
      const tally = await deal(now, piece, place);
      place = { ...place, done: place.done + piece.length, after: placeOf(piece), tally, underWay: null };
      await asked.job.save(place, shareOf(place));
    }
    return place;
  }

  /** A change is counted with the lowest of the profiles it concerns, since each of them leads to it. */
  private async preview(ctx: TenantContext, piece: readonly LivingProfile[], tally: RegroupingTally) {
    const decided = await this.components.decide(ctx, idsOf(piece).map(accountIdOf));
    const own = new Set(idsOf(piece));
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
    await this.resolution.settle(ctx, await this.concerned(ctx, piece), { planned: note });
    return tally;
  }

  /** The founders of profiles, and those whose likeness to them is other than when all were matched. */
  private async concerned(ctx: TenantContext, piece: readonly LivingProfile[]): Promise<string[]> {
    return [...idsOf(piece).map(accountIdOf), ...(await this.matching.renew(ctx, idsOf(piece), true))];
  }

  /** Finishes the piece in which another process died: it may have carried out a part, and has counted all of it. */
  private async finish(ctx: TenantContext, place: Place, { upTo, tally }: UnderWay): Promise<Place> {
    const rest = upToPlace(this.slots.livingAfter(ctx, place.after), upTo);
    let { done } = place;
    for await (const piece of piecesOfProfiles(rest)) {
      await this.resolution.settle(ctx, await this.concerned(ctx, piece));
      done += piece.length;
    }
    return { ...place, done, after: upTo, tally, underWay: null };
  }
}

/** The tenant's context, as if the version that was asked for were in force. */
async function contextOf({ job, model }: Asked): Promise<TenantContext> {
  const ctx = await job.context();
  return model === undefined ? ctx : { ...ctx, settings: { ...ctx.settings, matchModel: model } };
}

function changesOf({ decision, evidence }: Decided): Regrouping[] {
  return regroupings(decision.persons, (accountId) => evidence.shownIn(accountId));
}

function idsOf(piece: readonly LivingProfile[]): string[] {
  return piece.map(({ id }) => id);
}

/** Of the two stages each is half of the work; where nothing is matched, the second is all of it. */
function shareOf({ settings, stage, done, total }: Place): number {
  const share = Math.min(1, done / Math.max(1, total));
  if (!settings.startsWith(MATCHED)) return share;
  return stage === 'MATCHING' ? share / 2 : (1 + share) / 2;
}

/** Stands for all of the settings that a decision depends on. */
function settingsOf({ settings }: TenantContext): string {
  const { identifierRules, sharedByMost, blockedIdentifiers, defaultRegion, matchModel, matchThresholds } = settings;
  const all = [identifierRules, sharedByMost, blockedIdentifiers, defaultRegion, matchModel, matchThresholds];
  return `${matchModel === null ? '' : MATCHED}${hash('sha256', JSON.stringify(all), 'hex')}`;
}
