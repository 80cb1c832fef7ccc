import type { DownloadService } from '../downloads/download.service.js';
import { JobState } from '../jobs/job.entity.js';
import type { JobService } from '../jobs/job.service.js';
import type { RequestContext, TenantContext } from '../platform/context.js';
import { AppError, hasCode } from '../platform/errors.js';
import { idOf, kindOfId, ulid } from '../platform/ids.js';
import { readReason } from '../profiles/manual-trait.rules.js';
import type { ManualTraitService } from '../profiles/manual-trait.service.js';
import type { ProfileService } from '../profiles/profile.service.js';
import { type PrivacyRequest, PrivacyRequestKind } from './privacy-request.entity.js';
import { dueAt, readCorrections, readLift } from './privacy-request.rules.js';
import { type PrivacyRequestStore, type StoredRequest, toRequest } from './privacy-request.store.js';

/** The kind of job that meets demands. */
export const PRIVACY_JOB = 'privacy-requests';

/** Those that give out what is stored of a person, in clear. */
const EXPORTED: ReadonlySet<PrivacyRequestKind> = new Set([PrivacyRequestKind.ACCESS, PrivacyRequestKind.PORTABILITY]);

/** A demand as it is taken down. */
export interface AskedRequest {
  readonly profileId: string;
  readonly kind: PrivacyRequestKind;
  readonly reason: string;
  readonly dryRun: boolean;
  readonly lift: boolean;
  readonly corrections: Readonly<Record<string, unknown>> | null;
}

/** Takes down what people demand of their data, and tells how far it has been met. */
export class PrivacyRequestService {
  constructor(
    private readonly requests: PrivacyRequestStore,
    private readonly profiles: ProfileService,
    private readonly jobs: JobService,
    private readonly downloads: Pick<DownloadService, 'linkTo'>,
    private readonly traits: Pick<ManualTraitService, 'read'>,
  ) {}

  /**
   * Stores a demand and has it met. BAD_USER_INPUT names the fault, NOT_FOUND where there is no such profile. An erasure
   * that failed half-way is gone on with when it is demanded again.
   */
  async request(ctx: RequestContext, asked: AskedRequest): Promise<PrivacyRequest> {
    const { profileId, kind, dryRun } = asked;
    const corrections = readCorrections(kind, asked.corrections);
    const lift = readLift(kind, asked.lift);
    const demand = { reason: readReason(asked.reason), corrections: corrections && this.traits.read(ctx, corrections) };
    if (EXPORTED.has(kind) && !dryRun) requireClear(ctx);
    const stored =
      (await this.broken(ctx, asked)) ??
      (await this.requests.add(ctx, {
        id: `prq_${ulid(ctx.now())}`,
        kind,
        state: JobState.QUEUED,
        createdAt: ctx.now(),
        dueAt: dueAt(ctx.now()),
        finishedAt: null,
        counts: {},
        certificate: null,
        error: null,
        dryRun,
        lift,
        profileId: (await this.profiles.get(ctx, profileId)).id,
        requestedBy: ctx.principal.subject,
        demand,
        place: null,
        exportedUntil: null,
      }));
    await this.jobs.start(ctx, PRIVACY_JOB, null);
    return toRequest(stored, null);
  }

  /** The demand of an id, or null; one that nobody is at, since a process stopped, is taken up again. */
  async find(ctx: RequestContext, id: string): Promise<PrivacyRequest | null> {
    const stored = kindOfId(id) === 'prq' ? await this.requests.find(ctx, id) : undefined;
    if (!stored) return null;
    if (stored.finishedAt === null) await this.jobs.start(ctx, PRIVACY_JOB, null);
    return toRequest(stored, seesAll(ctx) ? this.urlOf(ctx, stored) : null);
  }

  /** A link to what was exported for a demand; null where nothing is, or no more. */
  urlOf(ctx: TenantContext, { _id, exportedUntil, state }: StoredRequest): string | null {
    if (!exportedUntil || exportedUntil <= ctx.now() || state !== JobState.SUCCEEDED) return null;
    return this.downloads.linkTo(ctx, idOf(_id), 'data.json', exportedUntil);
  }

  /** An erasure of this profile that failed after it had begun, which is to be met after all. */
  private async broken(ctx: RequestContext, { profileId, kind }: AskedRequest): Promise<StoredRequest | undefined> {
    if (kind !== PrivacyRequestKind.ERASURE) return undefined;
    try {
      await this.profiles.get(ctx, profileId);
      return undefined;
    } catch (error) {
      if (!hasCode(error, 'NOT_FOUND')) throw error;
      const known = await this.requests.ofProfiles(ctx, [profileId]);
      const broken = known.find((one) => one.kind === kind && !one.dryRun && one.state === JobState.FAILED);
      if (!broken) throw error;
      await this.requests.begin(ctx, idOf(broken._id), JobState.QUEUED);
      return { ...broken, state: JobState.QUEUED, error: null, finishedAt: null } as StoredRequest;
    }
  }
}

/** Whether a caller sees all classes of data in clear, as an export holds them. */
function seesAll({ access }: RequestContext): boolean {
  return access.unseen.size === 0;
}

function requireClear(ctx: RequestContext): void {
  if (seesAll(ctx)) return;
  const message = 'kind: an export holds all values in clear, and some are not for this caller.';
  throw new AppError('FORBIDDEN', message, { path: 'kind' });
}
