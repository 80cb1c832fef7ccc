import { setTimeout as delay } from 'node:timers/promises';
import { type Position, positionOf } from './change-catch-up.js';
import type { ChangeFeed, ChangeListener } from './change-feed.js';
import type { LiveChange, PlacedChange } from './change-ring.js';
import { PARTITIONS } from './changes.js';
import { AppError } from './errors.js';
import { groupBy } from './group-by.rules.js';
import type { Checkpoint } from './lease.entity.js';
import type { HeldLease, LeaseStore } from './lease.store.js';
import type { LeaseUser } from './leases.js';
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
  readonly warn: (fault: unknown, message: string) => void;
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
  private last: Position | undefined;
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
    if (this.held.size === 0) return;
    if (this.waiting.length + changes.length > MOST_WAITING) this.lose();
    else this.waiting.push(...changes);
    this.working ??= this.work().finally(() => {
      this.working = undefined;
    });
  }

  gain(leases: readonly HeldLease[]): void {
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
    await this.working;
    const joined = leases.filter(({ name }) => this.held.get(partitionOfLease(name))?.joined !== undefined);
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
    const { feed, runner } = this.dependencies;
    await feed.begin();
    const [first] = together;
    if (!first) return;
    const { checkpoint } = first.lease;
    const after = { ...checkpoint, token: checkpoint.token ?? undefined };
    try {
      await this.catchUp(after, together, signal);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CURSOR_EXPIRED') throw error;
      await this.joinHere(together);
      await runner.recompute(error, signal);
    }
  }

  /** Goes on from here, and keeps that at once: who takes over before the next checkpoint misses nothing. */
  private async joinHere(together: readonly Held[]): Promise<void> {
    const { feed, leases } = this.dependencies;
    const { sequence, position } = feed;
    if (position) await leases.checkpoint(leasesOf(together), checkpointOf(position));
    for (const held of together) held.joined = sequence;
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
      const piece = this.waiting.slice(0, LARGEST_PIECE);
      const own = piece.filter((live) => this.isOwn(live));
      for (const { change } of own) this.touch(change.partition);
      const isDone = await this.dependencies.runner.run(
        own.map(({ change }) => change),
        this.stopping.signal,
      );
      if (!isDone) return;
      this.waiting = this.waiting.slice(piece.length);
      const last = piece.at(-1);
      if (last) this.last = positionOf(last);
    }
  }

  /** Behind all that has been dealt with. */
  private get reached(): Position | undefined {
    return this.waiting.length > 0 ? this.last : this.dependencies.feed.position;
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
