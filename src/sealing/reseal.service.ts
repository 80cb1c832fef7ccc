import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { collectionOf } from '../platform/entity.js';
import type { RenewalOrder, SealedCollection, SealedRow } from '../platform/renewal.js';
import type { TenantKeyService } from '../tenants/tenant-key.service.js';
import { behind, isWhole, NOTHING_DONE, type Place, plus, shareOf, type Tally } from './reseal.rules.js';
import type { ResealStore } from './reseal.store.js';

/** For so long a process may seal by the keys and the suite before. */
const KEYS_SEEN_MS = 3_000;
/** What was sealed under a key by who had it before it gave way is stored after so long. */
const UNDER_WAY_MS = 3_600_000;
const MOST_ATTEMPTS = 20;

const parameters = z
  .strictObject({ rotate: z.enum(['DATA', 'ACCOUNTS']).nullable().default(null), dryRun: z.boolean().default(false) })
  .refine(({ rotate, dryRun }) => !(rotate && dryRun), { path: ['dryRun'], message: 'counts, and rotates nothing' });

type Parameters = z.infer<typeof parameters>;

/** What was asked of a job, and its run. */
interface Asked extends Parameters {
  readonly job: JobRun;
}

/**
 * Seals and wraps anew what is not as it would be sealed now, over every collection: by another format or suite, under
 * another key of the tenant or of the account. Before that it may let keys give way to fresh ones, which every process
 * knows before any seals under them. A dry run counts. A key that gave way is kept until a later run, an hour and more
 * after, has found nothing left under it, so that who was just sealing under it loses nothing.
 */
export class ResealService implements JobKind<Parameters> {
  readonly kind = 'reseal';
  readonly permission = 'settings:manage';
  readonly parameters = parameters;

  constructor(
    private readonly store: ResealStore,
    private readonly keys: TenantKeyService,
    /** Events before what has their keys. */
    private readonly collections: readonly SealedCollection[],
  ) {}

  async run(ctx: TenantContext, given: Parameters, job: JobRun): Promise<Record<string, unknown>> {
    const asked = { ...given, job };
    let place = (job.checkpoint as Place | null) ?? (await this.begin(ctx, asked));
    if (!place.isKnown) place = await this.makeKnown(ctx, place, job);
    if (place.stage === 'SEALING') {
      place = { ...(await this.pass(place, asked)), stage: 'COUNTING', at: 0, after: null };
      await job.save(place, shareOf(place));
    }
    const { tally, startedAt } = await this.pass(place, asked);
    const isOver = !given.dryRun && isWhole(tally);
    if (isOver) await this.keys.dropDataKeys(ctx.tenantId, new Date(startedAt - UNDER_WAY_MS));
    const formerDataKeys = await this.keys.countFormerDataKeys(ctx.tenantId);
    return { rotate: given.rotate, dryRun: given.dryRun, ...tally, formerDataKeys };
  }

  private async begin(ctx: TenantContext, { rotate, dryRun, job }: Asked): Promise<Place> {
    const startedAt = ctx.now().getTime();
    const counts = await Promise.all(this.collections.map(({ type }) => this.store.count(ctx, type)));
    const documents = counts.reduce((sum, count) => sum + count, 0);
    const dataKey = rotate === 'DATA' ? await this.keys.addDataKey(ctx.tenantId) : null;
    const stage = dryRun ? 'COUNTING' : 'SEALING';
    const begun = {
      startedAt,
      dataKey,
      isKnown: dryRun,
      stage,
      at: 0,
      after: null,
      done: 0,
      tally: NOTHING_DONE,
    } as const;
    const place = { ...begun, total: dryRun ? documents : documents * 2 };
    await job.save(place, 0);
    return place;
  }

  /** Puts the new data key in force once every process could open what it seals, and goes on once none seals under the one before. */
  private async makeKnown(ctx: TenantContext, place: Place, job: JobRun): Promise<Place> {
    await delay(KEYS_SEEN_MS, undefined, { signal: job.signal });
    if (place.dataKey !== null) {
      await this.keys.putInForce(ctx.tenantId, place.dataKey);
      await delay(KEYS_SEEN_MS, undefined, { signal: job.signal });
    }
    await this.keys.rewrap(ctx.tenantId, { isSuiteNew: true });
    const known = { ...place, isKnown: true };
    await job.save(known, 0);
    return known;
  }

  /** Goes through all collections of a stage, from a place on. */
  private async pass(begun: Place, asked: Asked): Promise<Place> {
    let place = begun;
    for (const collection of this.inOrder(asked).slice(begun.at)) {
      const pieces = this.store.piecesAfter(await asked.job.context(), collection.type, place.after);
      for await (const rows of pieces) {
        const tally = await this.deal(collection, rows, place, asked);
        place = behind(place, rows.at(-1)?._id ?? '', rows.length, tally);
        await asked.job.save(place, shareOf(place));
      }
      place = { ...place, at: place.at + 1, after: null };
    }
    return place;
  }

  /** Events are sealed anew under their accounts' new keys; where none are made, before keys that gave way are dropped. */
  private inOrder({ rotate }: Parameters): readonly SealedCollection[] {
    if (rotate !== 'ACCOUNTS') return this.collections;
    const hasKeys = (collection: SealedCollection) => collection.hasKeys;
    return [...this.collections.filter(hasKeys), ...this.collections.filter((one) => !hasKeys(one))];
  }

  private async deal(
    collection: SealedCollection,
    rows: readonly SealedRow[],
    { stage, tally, startedAt }: Place,
    { rotate, job }: Asked,
  ): Promise<Tally> {
    const ctx = await job.context();
    const { collection: name } = collectionOf(collection.type);
    if (stage === 'COUNTING') {
      const { renewals, unreadable } = await collection.renew(ctx, rows, { newKeys: false, dropBefore: null });
      const withFormerKeys = rows.filter(({ formerKeys }) => Array.isArray(formerKeys) && formerKeys.length > 0).length;
      return {
        resealed: tally.resealed,
        remaining: plus(tally.remaining, name, renewals.length),
        withFormerKeys: tally.withFormerKeys + withFormerKeys,
        unreadable: tally.unreadable + unreadable,
      };
    }
    const newKeys = rotate === 'ACCOUNTS' && collection.hasKeys;
    const order = { newKeys, dropBefore: rotate === 'ACCOUNTS' ? null : new Date(startedAt - UNDER_WAY_MS) };
    const resealed = await this.reseal(ctx, collection, rows, order);
    return { ...tally, resealed: plus(tally.resealed, name, resealed) };
  }

  /** Renews documents until nobody has come between; returns how many needed it. */
  private async reseal(
    ctx: TenantContext,
    collection: SealedCollection,
    rows: readonly SealedRow[],
    order: RenewalOrder,
  ): Promise<number> {
    let left = rows;
    let resealed = 0;
    for (let attempt = 0; left.length > 0 && attempt < MOST_ATTEMPTS; attempt += 1) {
      const { renewals } = await collection.renew(ctx, left, order);
      left = await this.store.write(collection.type, renewals);
      resealed += renewals.length - left.length;
    }
    return resealed;
  }
}
