import { RateLimiterMemory, RateLimiterMongo } from 'rate-limiter-flexible';
import type { Database } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { inTime } from '../platform/in-time.js';
import { SpentPoints } from './spent-points.entity.js';

/** A count that the database doesn't take in this time is kept in memory. */
const LONGEST_WAIT_MS = 1_000;

/** What RateLimiterMongo asks of a collection. */
interface LimiterUpdate {
  readonly $setOnInsert: { readonly expire: Date; readonly tenantId: string };
  readonly $inc: { readonly points: number };
}

/**
 * The points taken by callers, counted in MongoDB for all processes; by this process alone for as long as the database
 * is away. One command a count.
 */
export class SpentPointsStore {
  private readonly limiter: RateLimiterMongo;

  constructor(database: Database, seconds: number) {
    // what is allowed is decided by the caller of `take`: here points are counted
    const counting = { points: Number.MAX_SAFE_INTEGER, duration: seconds, keyPrefix: '' };
    this.limiter = new RateLimiterMongo({
      ...counting,
      storeClient: { collection: () => collectionOfLimiter(database) },
      tableName: 'rate_limits',
      disableIndexesCreation: true,
      insuranceLimiter: new RateLimiterMemory(counting),
    });
  }

  /** Counts points for a caller in a window, and returns all that are counted there now. */
  async take({ tenantId }: { readonly tenantId: string }, key: string, points: number): Promise<number> {
    const { consumedPoints } = await this.limiter.penalty(keyOf(tenantId, key), points, { attrs: { tenantId } });
    return consumedPoints;
  }
}

/**
 * The collection as the limiter knows it. Its own filter, `{ $or: [expire ...], key }`, would carry the tenant where no
 * index can use it; a window has a key of its own, so that `_id` alone finds it.
 */
function collectionOfLimiter(database: Database) {
  return {
    findOneAndUpdate: ({ key }: { readonly key: string }, { $setOnInsert, $inc }: LimiterUpdate) => {
      const { expire, tenantId } = $setOnInsert;
      const update = { $inc, $setOnInsert: { tenantId, expire } };
      const options = { upsert: true, returnDocument: 'after', writeConcern: { w: 1 } } as const;
      const counted = database.collection(SpentPoints).findOneAndUpdate({ _id: key }, update, options);
      return inTime(counted, LONGEST_WAIT_MS, 'The database does not answer in time.');
    },
  };
}
