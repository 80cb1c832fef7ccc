import mongoose, { type mongo } from 'mongoose';
import type { PlacedChange } from './change-ring.js';
import { Change, MARK_PARTITION } from './changes.js';
import type { Database, Stored } from './database.js';
import { keyOf, PLATFORM, ulid } from './ids.js';
import { piecesOf } from './pieces.js';

const LONGEST_WAIT_MS = 1_000;
const ROWS_PER_READ = 1_000;
/** Clocks of writers may differ, and a row may be stored long after it was dated: by time, reading starts so much earlier. */
const OVERLAP_MS = 60_000;
const HISTORY_LOST = new Set([280, 286]);
const LAST_ULID = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';

/** Whose changes are read. */
export type ChangeScope = { readonly tenantId: string } | { readonly partitions: readonly number[] };

type ChangeEvent = mongo.ChangeStreamInsertDocument<Change & Stored>;
type ChangeStream = mongo.ChangeStream<Change & Stored, mongo.ChangeStreamDocument<Change & Stored>>;

/** Where a stream of changes starts. */
export type StreamStart = { readonly token: string } | { readonly secondsAgo: number };

/** The changes as the database tells of them: by its stream, in one order for all, and by time where that has ended. */
export class ChangeSource {
  constructor(private readonly database: Database) {}

  /**
   * Follows the stream until it breaks or `signal` ends it: one change after the other, marks among them, and undefined
   * now and then while nothing comes.
   */
  async *follow(
    start: StreamStart,
    signal: AbortSignal,
    scope?: ChangeScope,
  ): AsyncGenerator<PlacedChange | undefined> {
    const stream = await this.open(start, scope);
    const close = () => void stream.close().catch(() => undefined);
    signal.addEventListener('abort', close, { once: true });
    try {
      while (!signal.aborted) {
        const event = await stream.tryNext();
        if (!event && stream.closed) throw new Error('The database has ended the stream of changes.');
        yield event ? placedChangeOf(event) : undefined;
      }
    } finally {
      signal.removeEventListener('abort', close);
      close();
    }
  }

  /** Appends a mark: a row that tells a reader of the stream how far it has come. Returns its key. */
  async mark(now: Date): Promise<string> {
    const _id = keyOf(PLATFORM, `chg_${ulid(now)}`);
    const mark = {
      kind: 'MARK',
      partition: MARK_PARTITION,
      profileId: '',
      version: 0,
      paths: [],
      eventIds: [],
    } as const;
    await this.database.insertNew(Change, [{ _id, tenantId: PLATFORM, ...mark, paths: [], eventIds: [], at: now }]);
    return _id;
  }

  /** The change of a key, or undefined where it has expired. */
  async find(key: string): Promise<Change | undefined> {
    const [found] = await this.database.findByKeys(Change, [key]);
    return found;
  }

  /** A scope's changes dated later than a minute before `since`, by date, in pieces: by one cursor. */
  async *byTime(scope: ChangeScope, since: Date): AsyncGenerator<PlacedChange[]> {
    const start = new Date(since.getTime() - OVERLAP_MS);
    const { filter, order } = rangeOf(scope, start);
    const rows = this.database
      .collection(Change)
      .find(filter as mongo.Filter<Change & Stored>, { batchSize: ROWS_PER_READ })
      .sort(order);
    for await (const piece of piecesOf(rows, ROWS_PER_READ))
      yield piece.map((change) => ({ change: change as unknown as Change, token: undefined }));
  }

  private async open(start: StreamStart, scope?: ChangeScope): Promise<ChangeStream> {
    const inserts = { operationType: 'insert', ...(scope && conditionOf(scope)) };
    const from = 'token' in start ? { resumeAfter: { _data: start.token } } : await this.momentBefore(start.secondsAgo);
    const options = { ...from, maxAwaitTimeMS: LONGEST_WAIT_MS };
    return this.database.collection(Change).watch<Change & Stored>([{ $match: inserts }], options);
  }

  private async momentBefore(secondsAgo: number): Promise<{ startAtOperationTime: mongo.Timestamp }> {
    const { t } = await this.database.operationTime();
    return { startAtOperationTime: new mongoose.mongo.Timestamp({ t: t - secondsAgo, i: 1 }) };
  }
}

/** What an event of the stream tells. */
function placedChangeOf(event: mongo.ChangeStreamDocument<Change & Stored>): PlacedChange {
  const { fullDocument, _id } = event as ChangeEvent;
  return { change: fullDocument as unknown as Change, token: String((_id as { _data: unknown })._data) };
}

/** Whether a stream can't be resumed because the database has let go of its history. */
export function isHistoryLost(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && HISTORY_LOST.has(Number(error.code));
}

/** Whether a change is of a scope. */
export function isOf(scope: ChangeScope, { tenantId, partition }: Change): boolean {
  return 'tenantId' in scope ? tenantId === scope.tenantId : scope.partitions.includes(partition);
}

/** Whether a row is a reader's mark and no change. */
export function isMark({ kind }: Change): boolean {
  return kind === 'MARK';
}

function conditionOf(scope: ChangeScope): Record<string, unknown> {
  if ('tenantId' in scope) return { 'fullDocument.tenantId': { $in: [scope.tenantId, PLATFORM] } };
  return { 'fullDocument.partition': { $in: [...scope.partitions, MARK_PARTITION] } };
}

/** A tenant's rows lie together by their keys; those of partitions are found among all of the time. */
function rangeOf(scope: ChangeScope, start: Date): { filter: object; order: Record<string, 1> } {
  if ('partitions' in scope)
    return { filter: { at: { $gt: start }, partition: { $in: scope.partitions } }, order: { at: 1 } };
  const first = keyOf(scope.tenantId, `chg_${ulid(start)}`);
  return { filter: { _id: { $gt: first, $lte: keyOf(scope.tenantId, `chg_${LAST_ULID}`) } }, order: { _id: 1 } };
}
