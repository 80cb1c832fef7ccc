import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';
import { type Position, positionOf, type ReaderOfMissed, readUpTo } from './change-catch-up.js';
import { ChangeRing, type LiveChange, type PlacedChange } from './change-ring.js';
import { type ChangeSource, isHistoryLost, isMark, isOf, type StreamStart } from './change-source.js';
import { type Change, PARTITIONS } from './changes.js';
import { MILLISECONDS_PER_DAY } from './dates.rules.js';
import { AppError } from './errors.js';
import { doubling } from './pauses.js';

const SECONDS_RECALLED = 60;
/** Of subscribers; a tenant's own may not take more than a quarter of the places. Reactions have theirs apart. */
const MOST_CATCHING_UP = 32;
const MOST_OF_A_TENANT = 8;
const MOST_TENANTS_REMEMBERED = 1_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;
const LONGEST_WAIT_FOR_MARK_MS = 15_000;
const KEPT_MS = 7 * MILLISECONDS_PER_DAY;

/** Who follows all changes as they come. Both are called in order, and must not throw. */
export interface ChangeListener {
  take(changes: readonly LiveChange[]): void;
  /** Some changes were missed for good: the database no longer had them. What follows is taken as usual. */
  lose(): void;
}

/** A reader that comes back, and then goes on live. */
export interface CatchUp extends ReaderOfMissed {
  readonly after: Position;
  /** Called once there is nothing left: listeners are told of each change whose sequence is higher, and of no other. */
  join(sequence: number): void;
}

/** What the feed tells its operators. */
export interface FeedReport {
  warn(fault: unknown, message: string): void;
  /** How long ago the change was made that has just been received, in milliseconds. */
  lag(milliseconds: number): void;
}

/**
 * The one stream of changes that a process follows. It survives a database that is away, tells all listeners of each
 * change once and in order, and lets readers that missed some catch up and join without a gap.
 */
export class ChangeFeed {
  private readonly listeners = new Set<ChangeListener>();
  private readonly stopping = new AbortController();
  private readonly limit = pLimit(MOST_CATCHING_UP);
  private readonly limitOfReactions = pLimit(PARTITIONS);
  private readonly limitsOfTenants = new LRUCache<string, LimitFunction>({ max: MOST_TENANTS_REMEMBERED });
  private readonly marks = new Map<string, (mark: LiveChange) => void>();
  private untold: LiveChange[] = [];
  private told: LiveChange | undefined;
  private hasLost = false;
  private started: Promise<void> | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly source: ChangeSource,
    private readonly clock: () => Date,
    private readonly report: FeedReport,
    private readonly ring = new ChangeRing(),
  ) {}

  /** Opens the stream, unless it is open. Once the promise is kept, whatever is written is told. */
  begin(): Promise<void> {
    this.started ??= this.open().catch((error) => {
      this.started = undefined;
      throw error;
    });
    return this.started;
  }

  /** Ends the stream. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** The sequence of the change received last: 0 before the first. */
  get sequence(): number {
    return this.ring.received;
  }

  /** The place behind the change that listeners were told of last; undefined before the first. */
  get position(): Position | undefined {
    const last = this.told ?? this.ring.newest;
    return last && positionOf(last);
  }

  /** Tells a listener of each change from now on; the returned function ends it. */
  listen(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A change by its key, also one told of long ago; undefined where it has expired. */
  find(changeKey: string): Promise<Change | undefined> {
    return this.source.find(changeKey);
  }

  /** Gives a reader what it has missed, then lets it join. CURSOR_EXPIRED where what it missed has expired. */
  async catchUp(reader: CatchUp): Promise<void> {
    this.requireKept(reader.after);
    await this.begin();
    let { after } = reader;
    while (!reader.signal.aborted) {
      const missed = this.ring.behind(after.changeKey);
      if (!missed) {
        const from = after;
        after = await this.inTurn(reader, () => (reader.signal.aborted ? from : this.readMissed(reader, from)));
        continue;
      }
      const own = missed.filter(({ change }) => isOf(reader.scope, change));
      if (own.length === 0) return reader.join(this.sequence);
      await reader.take(own);
      after = positionOf(missed.at(-1) as LiveChange);
    }
  }

  /** Waits for a place: readers that take slowly hold up those of their own tenant alone. */
  private inTurn<T>({ scope }: CatchUp, read: () => T | Promise<T>): Promise<T> {
    if ('partitions' in scope) return this.limitOfReactions(read);
    const own = this.limitsOfTenants.get(scope.tenantId) ?? pLimit(MOST_OF_A_TENANT);
    this.limitsOfTenants.set(scope.tenantId, own);
    return own(() => this.limit(read));
  }

  /** Reads what the ring no longer has, up to a mark set now; returns the place of the mark. */
  private async readMissed(reader: CatchUp, from: Position): Promise<Position> {
    const mark = await this.mark();
    const isLive = (change: Change) => this.ring.isBehind(mark.change._id, change._id);
    await readUpTo(this.source, reader, from, { key: mark.change._id, isLive });
    return positionOf(mark);
  }

  /** CURSOR_EXPIRED where what is behind a place may have been let go of. */
  requireKept({ at }: Position): void {
    if (this.clock().getTime() - at.getTime() <= KEPT_MS) return;
    throw new AppError('CURSOR_EXPIRED', 'after: is older than the 7 days that changes are kept; start without it.', {
      path: 'after',
    });
  }

  /** Sets a mark and waits until it has come through the stream. */
  private async mark(): Promise<LiveChange> {
    const key = await this.source.mark(this.clock());
    return this.ring.find(key) ?? this.arrivalOf(key);
  }

  /** A mark's arrival; it is not waited for beyond some seconds, nor beyond the end of the feed. */
  private arrivalOf(key: string): Promise<LiveChange> {
    const { promise, resolve, reject } = deferred<LiveChange>();
    const { signal } = this.stopping;
    const giveUp = () =>
      reject(new AppError('SERVICE_UNAVAILABLE', 'The stream of changes does not answer; try again shortly.'));
    const late = setTimeout(giveUp, LONGEST_WAIT_FOR_MARK_MS).unref();
    signal.addEventListener('abort', giveUp, { once: true });
    this.marks.set(key, resolve);
    return promise.finally(() => {
      clearTimeout(late);
      signal.removeEventListener('abort', giveUp);
      this.marks.delete(key);
    });
  }

  private async open(): Promise<void> {
    this.running ??= this.follow();
    await this.mark();
  }

  /** Follows the stream until the feed stops; each time it breaks, it is opened again where it broke. */
  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let pauses = doubling(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    while (!signal.aborted) {
      const hasCome = await this.followOnce(signal);
      if (hasCome) pauses = doubling(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
      await delay(pauses.next().value, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Follows the stream until it breaks; returns whether it had been open. */
  private async followOnce(signal: AbortSignal): Promise<boolean> {
    let hasCome = false;
    try {
      for await (const placed of this.source.follow(this.start, signal)) {
        hasCome = true;
        if (placed) this.receive(placed);
      }
    } catch (error) {
      if (!signal.aborted) this.noteBreak(error);
    }
    return hasCome;
  }

  /** From a minute ago at first, so that who was cut off by a restart finds all here. */
  private get start(): StreamStart {
    const { newest } = this.ring;
    if (newest?.token !== undefined) return { token: newest.token };
    return { secondsAgo: this.hasLost ? 0 : SECONDS_RECALLED };
  }

  private noteBreak(error: unknown): void {
    if (isHistoryLost(error)) this.lose(error);
    else this.report.warn(error, 'The stream of changes was interrupted; it is opened again.');
  }

  /** Takes a change in; listeners are told of all that came in one piece at once. */
  private receive(placed: PlacedChange): void {
    const live = this.ring.add(placed);
    this.untold.push(live);
    if (this.untold.length === 1) setImmediate(() => this.tell());
  }

  private tell(): void {
    const told = this.untold;
    this.untold = [];
    const changes = told.filter(({ change }) => !isMark(change));
    const newest = told.at(-1);
    this.told = newest;
    if (newest) this.report.lag(this.clock().getTime() - newest.change.at.getTime());
    if (changes.length > 0) for (const listener of this.listeners) listener.take(changes);
    for (const live of told) {
      this.marks.get(live.change._id)?.(live);
      this.marks.delete(live.change._id);
    }
  }

  private lose(error: unknown): void {
    this.report.warn(error, 'The database no longer had changes that were not read yet: followers start anew.');
    this.hasLost = true;
    this.ring.clear();
    for (const listener of this.listeners) listener.lose();
  }
}

/** A promise with what keeps or breaks it: Node 20 has no `Promise.withResolvers`. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((keep, refuse) => {
    resolve = keep;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
