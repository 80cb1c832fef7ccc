import type { JobState } from '../jobs/job.entity.js';
import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { PrivacyRequest } from './privacy-request.entity.js';

/** A demand as it is stored. */
export type StoredRequest = PrivacyRequest & Stored;

/** What only those may know who meet a demand. */
export interface SealedDemand {
  readonly reason: string;
  readonly corrections: Readonly<Record<string, unknown>> | null;
}

/** What came of a demand. */
export type Met = Partial<Pick<PrivacyRequest, 'counts' | 'certificate' | 'exportedUntil'>>;

const UNDER_WAY = ['RUNNING', 'QUEUED'] as const;

/** The collection of demands. */
export class PrivacyRequestStore {
  constructor(private readonly database: Database) {}

  /** Stores a new demand. One command. */
  async add(
    ctx: TenantContext,
    { id, demand, ...request }: Omit<PrivacyRequest, 'tenantId' | 'sealed' | 'url'> & { demand: SealedDemand },
  ): Promise<StoredRequest> {
    const _id = keyOf(ctx.tenantId, id);
    const sealed = sealJson(ctx.keys.data, placeOf('privacy_requests', _id), demand);
    const stored = { _id, tenantId: ctx.tenantId, ...request, sealed } as unknown as StoredRequest;
    await this.database.insertNew(PrivacyRequest, [stored]);
    return stored;
  }

  /** A demand by its id; undefined where there is none. One command. */
  async find(ctx: TenantContext, id: string): Promise<StoredRequest | undefined> {
    return (await this.database.findByKeys(PrivacyRequest, [keyOf(ctx.tenantId, id)]))[0];
  }

  /** The demands about profiles, the newest first, at most 1,000. One command. */
  async ofProfiles(ctx: TenantContext, profileIds: readonly string[]): Promise<StoredRequest[]> {
    const filter = { tenantId: ctx.tenantId, profileId: { $in: [...profileIds] } };
    return this.read(filter, { createdAt: -1 }, 1_000);
  }

  /** The demand to be met next: one that is under way, else the oldest. Two commands at most. */
  async next(ctx: TenantContext): Promise<StoredRequest | undefined> {
    for (const state of UNDER_WAY) {
      const [found] = await this.read({ tenantId: ctx.tenantId, state }, { createdAt: 1 }, 1);
      if (found) return found;
    }
    return undefined;
  }

  /** What was asked, and why; undefined once the person is erased. */
  demandOf(ctx: TenantContext, { _id, sealed }: StoredRequest): SealedDemand | undefined {
    return sealed ? (openJson(ctx.keys.data, placeOf('privacy_requests', _id), sealed) as SealedDemand) : undefined;
  }

  /** Notes that a demand is being met, or is to be met once more. */
  begin(ctx: TenantContext, id: string, state: 'RUNNING' | 'QUEUED'): Promise<void> {
    return this.set(ctx, id, { state: state as JobState, error: null, finishedAt: null });
  }

  /** Keeps where an erasure has come to. */
  keepPlace(ctx: TenantContext, id: string, place: unknown): Promise<void> {
    return this.set(ctx, id, { place });
  }

  /** Notes that a demand was met. */
  succeed(ctx: TenantContext, id: string, met: Met): Promise<void> {
    return this.set(ctx, id, { state: 'SUCCEEDED' as JobState, finishedAt: ctx.now(), place: null, ...met });
  }

  /** Notes that a demand could not be met, and why. */
  fail(ctx: TenantContext, id: string, error: string): Promise<void> {
    return this.set(ctx, id, { state: 'FAILED' as JobState, finishedAt: ctx.now(), error });
  }

  /** Notes that nothing is kept any more of what was exported. */
  forgetExport(ctx: TenantContext, id: string): Promise<void> {
    return this.set(ctx, id, { exportedUntil: null });
  }

  /** Forgets why people demanded something. One command. */
  async forgetReasons(ctx: TenantContext, ids: readonly string[]): Promise<void> {
    await this.database.updateMany(
      PrivacyRequest,
      ids.map((id) => ({ filter: { _id: keyOf(ctx.tenantId, id) }, update: { $set: { sealed: null } } })),
    );
  }

  private async set(ctx: TenantContext, id: string, values: Partial<PrivacyRequest>): Promise<void> {
    const operation = { filter: { _id: keyOf(ctx.tenantId, id) }, update: { $set: values } };
    await this.database.updateMany(PrivacyRequest, [operation]);
  }

  private async read(filter: object, sort: Record<string, 1 | -1>, limit: number): Promise<StoredRequest[]> {
    const found = this.database.collection(PrivacyRequest).find(filter as object);
    return (await found.sort(sort).limit(limit).toArray()) as unknown as StoredRequest[];
  }
}

/** A demand as the API shows it. */
export function toRequest({ _id, ...request }: StoredRequest, url: string | null): PrivacyRequest {
  return { ...request, lift: request.lift ?? false, id: idOf(_id), url };
}
