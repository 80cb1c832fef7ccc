import { z } from 'zod';
import type { AuditSignatureService } from '../audit/audit-signature.service.js';
import type { AuditTrail } from '../audit/audit-trail.service.js';
import { JobState } from '../jobs/job.entity.js';
import { failureOf } from '../jobs/job.rules.js';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { asUnavailable } from '../platform/database.js';
import { hasCode } from '../platform/errors.js';
import { idOf } from '../platform/ids.js';
import { blindForGood } from '../platform/index-token.js';
import { type Warn, withoutQuotations } from '../platform/logger.js';
import type { ErasurePlace } from './erasure.rules.js';
import { shareDone, textOfCertificate } from './erasure.rules.js';
import type { ErasureService } from './erasure.service.js';
import { PrivacyRequestKind } from './privacy-request.entity.js';
import { PRIVACY_JOB } from './privacy-request.service.js';
import type { Met, PrivacyRequestStore, SealedDemand, StoredRequest } from './privacy-request.store.js';

/** How one kind of demand is met. */
export type Meeting = (request: StoredRequest, demand: SealedDemand | undefined, job: JobRun) => Promise<Met>;

/** Meets demands one after the other, the oldest first: one that a stopped process was at is gone on with. */
export class PrivacyWorkService implements JobKind<Record<string, never>> {
  readonly kind = PRIVACY_JOB;
  readonly permission = 'privacy:manage';
  readonly parameters = z.strictObject({});

  constructor(
    private readonly requests: PrivacyRequestStore,
    private readonly erasures: ErasureService,
    private readonly signatures: AuditSignatureService,
    private readonly witness: Pick<AuditTrail, 'did'>,
    private readonly warn: Warn,
    private readonly others: Readonly<Partial<Record<PrivacyRequestKind, Meeting>>>,
  ) {}

  async hasMore(ctx: TenantContext): Promise<boolean> {
    return (await this.requests.next(ctx)) !== undefined;
  }

  async run(_ctx: TenantContext, _parameters: Record<string, never>, job: JobRun): Promise<Record<string, unknown>> {
    let met = 0;
    for (;;) {
      const ctx = await job.context();
      const request = await this.requests.next(ctx);
      if (!request) return { met };
      await this.requests.begin(ctx, idOf(request._id), JobState.RUNNING);
      await this.meet(ctx, request, job);
      met += 1;
      await job.progress(0);
    }
  }

  /** Meets a demand, or notes why it can't be met; what is not available or is to stop lets it wait. */
  private async meet(ctx: TenantContext, request: StoredRequest, job: JobRun): Promise<void> {
    const id = idOf(request._id);
    try {
      const demand = this.requests.demandOf(ctx, request);
      const met = await this.meetingOf(request.kind)(request, demand, job);
      await this.tell(ctx, request, 'OK', demand?.reason, met.counts);
      await this.requests.succeed(await job.context(), id, met);
      if (request.kind === PrivacyRequestKind.ERASURE && !request.dryRun) await this.requests.forgetReasons(ctx, [id]);
    } catch (thrown) {
      const error = asUnavailable(thrown);
      if (job.signal.aborted || hasCode(error, 'SERVICE_UNAVAILABLE')) throw error;
      this.warn(error, `A privacy request, ${id}, failed.`);
      const failure = failureOf(error, id, withoutQuotations);
      await this.tell(ctx, request, failure.split(':', 1)[0] ?? '', undefined, undefined);
      await this.requests.fail(ctx, id, failure);
      if (hasCode(error, 'NOT_FOUND')) await this.requests.forgetReasons(ctx, [id]); // the person was erased meanwhile
    }
  }

  private meetingOf(kind: PrivacyRequestKind): Meeting {
    const own: Meeting = (request, _demand, job) => this.erase(request, job);
    const meeting = kind === PrivacyRequestKind.ERASURE ? own : this.others[kind];
    if (!meeting) throw new Error(`Nobody knows how to meet a demand of the kind ${kind}.`);
    return meeting;
  }

  private async erase(request: StoredRequest, job: JobRun): Promise<Met> {
    const { profileId, createdAt } = request;
    const id = idOf(request._id);
    if (request.dryRun) return { counts: { ...(await this.erasures.count(await job.context(), profileId)) } };
    const counts = await this.erasures.erase(profileId, request.place as ErasurePlace | null, {
      signal: job.signal,
      context: () => job.context(),
      keep: async (place) => {
        await job.progress(shareDone(place));
        await this.requests.keepPlace(await job.context(), id, place);
      },
      pass: async () => job.signal.throwIfAborted(),
    });
    const ctx = await job.context();
    const said = { tenant: ctx.tenantId, request: id, profile: profileId, requestedAt: createdAt, erasedAt: ctx.now() };
    const certificate = await this.signatures.sign(ctx, textOfCertificate({ ...said, counts }));
    return { counts: { ...counts }, certificate: JSON.stringify(certificate) };
  }

  private async tell(
    ctx: TenantContext,
    { _id, kind, profileId, requestedBy, dryRun, lift }: StoredRequest,
    outcome: string,
    reason: string | undefined,
    counts: Readonly<Record<string, number>> | undefined,
  ): Promise<void> {
    await this.witness.did(ctx, {
      actor: requestedBy,
      action: 'privacyRequestMet',
      subject: profileId,
      outcome,
      details: {
        kind,
        request: idOf(_id),
        dryRun,
        ...(lift && { lift }),
        ...(reason !== undefined && { reason: blindForGood(ctx.keys, 'audit-reason', reason) }),
        ...(counts && { counts }),
      },
    });
  }
}
