import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { BlindedCollection } from '../platform/blinded.js';
import type { TenantContext } from '../platform/context.js';
import { collectionOf } from '../platform/entity.js';
import { isCurrentForm, isGivingWay, isKnownForm } from '../platform/index-token.js';
import type { StoredRow } from '../platform/tenant-documents.js';
import { beginning, isDone, nextPass, type ReindexPlace, shareOfPasses } from './reindex.rules.js';
import { plus } from './reseal.rules.js';
import type { ResealStore } from './reseal.store.js';

/** What was stored in a document by who had it before its version gave way is read for so long. */
const UNDER_WAY_MS = 3_600_000;
const MOST_PASSES = 20;

/** The versions of a tenant's index key, as they are stored. */
export interface IndexKeys {
  addIndexKey(tenantId: string): Promise<number>;
  putIndexKeyInForce(tenantId: string, id: number): Promise<void>;
  retireIndexKeys(tenantId: string, before: Date): Promise<void>;
}

/** After so many milliseconds every process knows what is stored of a key; and nobody writes under the version before. */
export interface IndexWaits {
  readonly known: number;
  readonly settled: number;
}

/** The second is longer than whoever has written takes a version for the one in force. */
export const INDEX_WAITS: IndexWaits = { known: 3_000, settled: 25_000 };

const parameters = z
  .strictObject({ rotate: z.boolean().default(false), dryRun: z.boolean().default(false) })
  .refine(({ rotate, dryRun }) => !(rotate && dryRun), { path: ['dryRun'], message: 'counts, and rotates nothing' });

type Parameters = z.infer<typeof parameters>;

/**
 * Stores all tokens of the index key under the version in force. Before that it may let a fresh version take over, which
 * every process knows before any writes under it. Until nothing is left under the versions before, whatever is looked up
 * is looked for under all of them; then they are given up. A dry run counts.
 */
export class ReindexService implements JobKind<Parameters> {
  readonly kind = 'reindex';
  readonly permission = 'settings:manage';
  readonly parameters = parameters;

  constructor(
    private readonly store: ResealStore,
    private readonly keys: IndexKeys,
    private readonly collections: readonly BlindedCollection[],
    private readonly waits = INDEX_WAITS,
  ) {}

  async run(ctx: TenantContext, { rotate, dryRun }: Parameters, job: JobRun): Promise<Record<string, unknown>> {
    let place = (job.checkpoint as ReindexPlace | null) ?? (await this.begin(ctx, rotate, job));
    if (dryRun) place = await this.pass(place, job, async () => undefined);
    else place = await this.move(place, job);
    const { found, unreadable } = place;
    const moved = dryRun ? {} : place.moved;
    const isOver = !dryRun && isDone(place);
    if (isOver) await this.giveUpFormer(place, job);
    const { versions } = (await job.context()).keys;
    const formerVersions = versions.asked.length - 1;
    return { rotate, dryRun, version: versions.current.id, moved, remaining: found, unreadable, formerVersions };
  }

  private async begin(ctx: TenantContext, rotate: boolean, job: JobRun): Promise<ReindexPlace> {
    const version = rotate ? await this.keys.addIndexKey(ctx.tenantId) : null;
    const place = beginning(ctx.now().getTime(), version, false);
    await job.save(place, 0);
    return place;
  }

  /** Passes over everything until one finds nothing: each moves what it finds. */
  private async move(begun: ReindexPlace, job: JobRun): Promise<ReindexPlace> {
    let place = begun.isSettled ? begun : await this.untilSettled(begun, job);
    for (;;) {
      place = await this.pass(place, job, (ctx, collection, rows) => collection.renew(ctx, rows));
      if (isDone(place) || place.pass >= MOST_PASSES) return place;
      place = nextPass(place);
    }
  }

  /** Puts the new version in force once every process can read what it stores, and goes on once none writes under one before. */
  private async untilSettled(place: ReindexPlace, job: JobRun): Promise<ReindexPlace> {
    const { tenantId } = await job.context();
    if (place.version !== null) {
      await delay(this.waits.known, undefined, { signal: job.signal });
      await this.keys.putIndexKeyInForce(tenantId, place.version);
    }
    if (isGivingWay((await job.context()).keys)) await delay(this.waits.settled, undefined, { signal: job.signal });
    const settled = { ...place, isSettled: true };
    await job.save(settled, 0);
    return settled;
  }

  private async pass(
    begun: ReindexPlace,
    job: JobRun,
    deal: (ctx: TenantContext, collection: BlindedCollection, rows: readonly StoredRow[]) => Promise<void>,
  ): Promise<ReindexPlace> {
    let place = begun;
    for (const collection of this.collections.slice(begun.at)) {
      const { collection: name } = collectionOf(collection.type);
      for await (const rows of this.store.piecesAfter(await job.context(), collection.type, place.after)) {
        const ctx = await job.context();
        const { outdated, unreadable } = sorted(ctx, collection, rows);
        if (outdated.length > 0) await deal(ctx, collection, outdated);
        const [moved, found] = [place.moved, place.found].map((counts) => plus(counts, name, outdated.length)) as [
          ReindexPlace['moved'],
          ReindexPlace['found'],
        ];
        const after = rows.at(-1)?._id ?? '';
        place = { ...place, after, moved, found, unreadable: place.unreadable + unreadable };
        await job.save(place, shareOfPasses(place, this.collections.length));
      }
      place = { ...place, at: place.at + 1, after: null };
    }
    return place;
  }

  private async giveUpFormer({ startedAt }: ReindexPlace, job: JobRun): Promise<void> {
    const ctx = await job.context();
    const wasGivingWay = isGivingWay(ctx.keys);
    await this.keys.retireIndexKeys(ctx.tenantId, new Date(startedAt - UNDER_WAY_MS));
    if (wasGivingWay) await delay(this.waits.known, undefined, { signal: job.signal });
    for (const collection of this.collections) await collection.settle?.(await job.context());
  }
}

/** What of some documents is not under the version in force, and how many are under one that nobody knows. */
function sorted({ keys }: TenantContext, collection: BlindedCollection, rows: readonly StoredRow[]) {
  const outdated = rows.filter((row) => !collection.tokensOf(row).every((token) => isCurrentForm(keys, token)));
  const readable = outdated.filter((row) => collection.tokensOf(row).every((token) => isKnownForm(keys, token)));
  return { outdated: readable, unreadable: outdated.length - readable.length };
}
