import { setTimeout as delay } from 'node:timers/promises';
import { type Position, positionOf } from './change-catch-up.js';
import type { ChangeFeed, ChangeListener } from './change-feed.js';
import type { LiveChange, PlacedChange } from './change-ring.js';
import { PARTITIONS } from './changes.js';
import { hasCode } from './errors.js';
import { groupBy } from './group-by.rules.js';
import type { Checkpoint } from './lease.entity.js';
import type { HeldLease, LeaseStore } from './lease.store.js';
import type { LeaseUser } from './leases.js';
import type { Warn } from './logger.js';
import type { ReactionRunner } from './reaction-runner.js';

const LARGEST_PIECE = 500;
const MOST_WAITING = 50_000;
const CHECKPOINT_EVERY_MS = 5_000;
const CHECKPOINT_ALL_EVERY_MS = 60_000;
const RETRY_MS = 1_000;
const NAME = 'reactions';

/** What reactions need. */
export interface ReactionDependencies {
  readonly feed: ChangeFeed;
  readonly leases: LeaseStore;
  readonly runner: ReactionRunner;
  readonly warn: Warn;
}

/** A partition this process works on. */
interface Held {
  readonly lease: HeldLease;
  /** Live changes with a higher sequence are its own to deal with; undefined while it catches up. */
  joined: number | undefined;
  readonly ending: AbortController;
  isTouched: boolean;
}

/** The names of the leases, one a partition. */
export const REACTION_LEASES: readonly string[] = Array.from(
  { length: PARTITIONS },
  (_, partition) => `${NAME}-${String(partition).padStart(2, '0')}`,
);

/**
 * Runs reactions over the partitions that this process holds: each change once it has come, those of a partition in
 * order. Where a partition was left off is kept with its lease; who takes it over goes on there.
 */
export class Reactions implements ChangeListener, LeaseUser {
  private readonly held = new Map<number, Held>();
  private waiting: LiveChange[] = [];
  private working: Promise<void> | undefined;
  /** Behind the last piece that was dealt with. */
  private last: Position | undefined;
  /** Behind all that the feed has told of. */
  private seen: Position | undefined;
  private piece: Promise<unknown> | undefined;
  private readonly unlisten: () => void;
  private readonly timer: NodeJS.Timeout;
  private readonly stopping = new AbortController();
  private allNoted = 0;

  constructor(private readonly dependencies: ReactionDependencies) {
    this.unlisten = dependencies.feed.listen(this);
    this.timer = setInterval(() => void this.note(), CHECKPOINT_EVERY_MS).unref();
  }

  /** Takes nothing more: what is under way is tried to its end once, and no more. */
  stop(): void {
    this.stopping.abort();
    this.unlisten();
    clearInterval(this.timer);
  }

  /** Called by the feed. */
  take(changes: readonly LiveChange[]): void {
    const newest = changes.at(-1);
    if (newest) this.seen = positionOf(newest);
    if (this.held.size === 0) return;
    if (this.waiting.length + changes.length > MOST_WAITING) this.lose();
    else this.waiting.push(...changes);
    this.working ??= this.work().finally(() => {
      this.working = undefined;
    });
  }

  gain(leases: readonly HeldLease[]): void {
    this.dependencies.runner.forget();
    const gained = leases.map((lease) => {
      const held: Held = { lease, joined: undefined, ending: new AbortController(), isTouched: false };
      this.held.set(partitionOfLease(lease.name), held);
      return held;
    });
    const byPlace = groupBy(gained, ({ lease }) => lease.checkpoint.changeKey);
    for (const together of byPlace.values()) void this.takeUp(together);
  }

  /** Called without names by the feed: what was missed is read again, from where each partition stands. */
  lose(names?: readonly string[]): void {
    const partitions = names ? names.map(partitionOfLease) : [...this.held.keys()];
    const lost = partitions.flatMap((partition) => this.held.get(partition) ?? []);
    for (const { ending } of lost) ending.abort();
    for (const partition of partitions) this.held.delete(partition);
    if (names) return;
    const checkpoint = this.reached && checkpointOf(this.reached);
    this.waiting = [];
    this.gain(
      lost.map(({ lease, joined }) => (joined === undefined || !checkpoint ? lease : { ...lease, checkpoint })),
    );
  }

  async settle(leases: readonly HeldLease[]): Promise<void> {
    const held = leases.flatMap(({ name }) => this.held.get(partitionOfLease(name)) ?? []);
    const joined = leasesOf(held.filter((one) => one.joined !== undefined));
    for (const one of held) one.joined = undefined; // no further piece is theirs
    await this.piece;
    if (this.reached) await this.dependencies.leases.checkpoint(joined, checkpointOf(this.reached));
  }

  /** Lets partitions with one checkpoint catch up from there, then take part in what is live; tries until it works or they are lost. */
  private async takeUp(together: readonly Held[]): Promise<void> {
    const signal = AbortSignal.any([this.stopping.signal, ...together.map(({ ending }) => ending.signal)]);
    while (!signal.aborted) {
      try {
        return await this.join(together, signal);
      } catch (error) {
        this.dependencies.warn(error, 'Reactions could not be taken up; it is tried again.');
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async join(together: readonly Held[], signal: AbortSignal): Promise<void> {
    await this.dependencies.feed.begin();
    const [first] = together;
    if (!first) return;
    const { checkpoint } = first.lease;
    const after = { ...checkpoint, token: checkpoint.token ?? undefined };
    try {
      await this.catchUp(after, together, signal);
    } catch (error) {
      if (!hasCode(error, 'CURSOR_EXPIRED')) throw error;
      await this.startAnew(error, together, signal);
    }
  }

  /** Recomputes what expired unread, then goes on from where that began; only then is the new place kept. */
  private async startAnew(cause: unknown, together: readonly Held[], signal: AbortSignal): Promise<void> {
    const { feed, leases, runner } = this.dependencies;
    const { position } = feed;
    await runner.recompute(cause, signal);
    if (!position || signal.aborted) return;
    await leases.checkpoint(leasesOf(together), checkpointOf(position));
    await this.catchUp(position, together, signal);
  }

  private async catchUp(after: Position, together: readonly Held[], signal: AbortSignal): Promise<void> {
    const partitions = together.map(({ lease }) => partitionOfLease(lease.name));
    const take = async (changes: readonly PlacedChange[]) => {
      await this.dependencies.runner.run(
        changes.map(({ change }) => change),
        signal,
      );
    };
    const join = (sequence: number) => {
      for (const held of together) held.joined = sequence;
    };
    await this.dependencies.feed.catchUp({ after, scope: { partitions }, take, join, signal });
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0 && !this.stopping.signal.aborted) {
      const { waiting } = this;
      const piece = waiting.slice(0, LARGEST_PIECE);
      const own = piece.filter((live) => this.isOwn(live));
      for (const { change } of own) this.touch(change.partition);
      const underWay = this.dependencies.runner.run(
        own.map(({ change }) => change),
        this.stopping.signal,
      );
      this.piece = underWay;
      if (!(await underWay)) return;
      if (waiting !== this.waiting) continue; // lost meanwhile: its partitions read again from where they stood
      this.waiting = waiting.slice(piece.length);
      const last = piece.at(-1);
      if (last) this.last = positionOf(last);
    }
  }

  /** Behind all that has been dealt with. */
  private get reached(): Position | undefined {
    return this.waiting.length > 0 ? this.last : this.seen;
  }

  private isOwn({ change, sequence }: LiveChange): boolean {
    const joined = this.held.get(change.partition)?.joined;
    return joined !== undefined && sequence > joined;
  }

  private touch(partition: number): void {
    const held = this.held.get(partition);
    if (held) held.isTouched = true;
  }

  /** Keeps where partitions have come to: those with changes of late soon, the others now and then. */
  private async note(): Promise<void> {
    const { reached } = this;
    const isForAll = performance.now() - this.allNoted > CHECKPOINT_ALL_EVERY_MS;
    const noted = [...this.held.values()].filter(
      ({ joined, isTouched }) => joined !== undefined && (isForAll || isTouched),
    );
    if (!reached || noted.length === 0) return;
    if (isForAll) this.allNoted = performance.now();
    for (const held of noted) held.isTouched = false;
    await this.dependencies.leases
      .checkpoint(leasesOf(noted), checkpointOf(reached))
      .catch((error) => this.dependencies.warn(error, 'Checkpoints of reactions could not be kept.'));
  }
}

function leasesOf(held: readonly Held[]): HeldLease[] {
  return held.map(({ lease }) => lease);
}

function checkpointOf({ changeKey, token, at }: Position): Checkpoint {
  return { changeKey, token: token ?? null, at };
}

function partitionOfLease(name: string): number {
  return Number(name.slice(NAME.length + 1));
}
