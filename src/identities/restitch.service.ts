import { hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { firstByteOfUlid, idOf } from '../platform/ids.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { LivingProfile, SlotStore } from '../profiles/slot.store.js';
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
  readonly upTo: string;
  readonly tally: RegroupingTally;
}

/** Where the job has come to. */
interface Place {
  /** Of the settings that are decided under. */
  readonly settings: string;
  /** The last profile that was dealt with; empty before the first. */
  readonly after: string;
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
      const settings = settingsOf(await job.context());
      if (place?.settings !== settings) place = await this.begin(place, settings, dryRun, job.signal);
      place = await this.pass(place, dryRun, job);
      if (settingsOf(await job.context()) === place.settings) return { dryRun, ...place.tally };
    }
  }

  /** Begins under new settings, once all processes have seen them: what was done before stays counted. */
  private async begin(before: Place | null, settings: string, dryRun: boolean, signal: AbortSignal): Promise<Place> {
    if (!dryRun) await delay(SETTINGS_SEEN_MS, undefined, { signal });
    const done = before?.underWay?.tally ?? before?.tally ?? NO_CHANGES;
    return { settings, after: '', tally: dryRun ? NO_CHANGES : { ...done, profiles: 0 }, underWay: null };
  }

  /** Goes on to the end, or until the settings are others. */
  private async pass(begun: Place, dryRun: boolean, job: JobRun): Promise<Place> {
    const ctx = await job.context();
    let place = begun.underWay ? await this.finish(ctx, begun, begun.underWay) : begun;
    for await (const piece of piecesOfProfiles(this.slots.livingAfter(ctx, place.after))) {
      const now = await job.context();
      if (settingsOf(now) !== place.settings) return place;
      const tally = dryRun ? await this.preview(now, piece, place.tally) : await this.settle(now, piece, place, job);
      const after = piece.at(-1) ?? '';
      place = { ...place, after, tally, underWay: null };
      await job.save(place, shareOf(after));
    }
    return place;
  }

  /** A change is counted with the lowest of the profiles it concerns, since each of them leads to it. */
  private async preview(ctx: TenantContext, piece: readonly string[], tally: RegroupingTally) {
    const decided = await this.components.decide(ctx, piece.map(accountIdOf));
    const own = new Set(piece);
    const changes = changesOf(decided).filter(({ before }) => own.has([...before.keys()].sort()[0] ?? ''));
    return tallyWith(tally, piece.length, changes);
  }

  /** Carries out what is decided. What it changes is noted beforehand, with the tally as it will be. */
  private async settle(ctx: TenantContext, piece: readonly string[], place: Place, job: JobRun) {
    const upTo = piece.at(-1) ?? '';
    let tally = tallyWith(place.tally, piece.length, []);
    const note = async (decided: Decided) => {
      const changes = changesOf(decided);
      if (changes.length === 0) return;
      tally = tallyWith(place.tally, piece.length, changes);
      await job.save({ ...place, underWay: { upTo, tally } }, shareOf(place.after));
    };
    await this.resolution.settle(ctx, piece.map(accountIdOf), undefined, note);
    return tally;
  }

  /** Finishes the piece in which another process died: it may have carried out a part, and has counted all of it. */
  private async finish(ctx: TenantContext, place: Place, { upTo, tally }: UnderWay): Promise<Place> {
    const rest = upToProfile(this.slots.livingAfter(ctx, place.after), upTo);
    for await (const piece of piecesOfProfiles(rest)) await this.resolution.settle(ctx, piece.map(accountIdOf));
    return { ...place, after: upTo, tally, underWay: null };
  }
}

function changesOf({ decision, evidence }: Decided): Regrouping[] {
  return regroupings(decision.persons, (accountId) => {
    const profile = evidence.profileOf(accountId);
    return profile && idOf(profile._id);
  });
}

/** Ids in pieces of 50; a profile of more accounts than it shows is decided by itself, so that evidence stays bounded. */
async function* piecesOfProfiles(profiles: AsyncIterable<LivingProfile>): AsyncGenerator<string[]> {
  let piece: string[] = [];
  for await (const { id, isLarge } of profiles) {
    if ((isLarge || piece.length === PIECE) && piece.length > 0) {
      yield piece;
      piece = [];
    }
    piece.push(id);
    if (!isLarge) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** Those up to an id. */
async function* upToProfile(profiles: AsyncIterable<LivingProfile>, last: string): AsyncGenerator<LivingProfile> {
  for await (const profile of profiles) {
    if (profile.id > last) return;
    yield profile;
  }
}

/** Stands for all of the settings that a decision depends on. */
function settingsOf({ settings }: TenantContext): string {
  const { identifierRules, sharedByMost, blockedIdentifiers, defaultRegion } = settings;
  return hash('sha256', JSON.stringify([identifierRules, sharedByMost, blockedIdentifiers, defaultRegion]), 'hex');
}

function shareOf(after: string): number {
  return (firstByteOfUlid(after.slice(4)) ?? 0) / 256;
}
