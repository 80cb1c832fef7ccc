import { type Position, positionOf } from './change-catch-up.js';
import type { ChangeFeed, ChangeListener } from './change-feed.js';
import type { LiveChange, PlacedChange } from './change-ring.js';
import { PARTITIONS } from './changes.js';
import { AppError } from './errors.js';
import { groupBy } from './group-by.rules.js';
import type { HeldLease, LeaseStore } from './lease.store.js';
import type { LeaseUser } from './leases.js';
import type { ReactionRunner } from './reaction-runner.js';

const LARGEST_PIECE = 500;
const MOST_WAITING = 50_000;
const CHECKPOINT_EVERY_MS = 5_000;
const CHECKPOINT_ALL_EVERY_MS = 60_000;
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
    for (const [, together] of groupBy(gained, ({ lease }) => lease.checkpoint?.changeKey ?? ''))
      void this.join(together).catch((error) => this.dependencies.warn(error, 'Reactions could not be taken up.'));
  }

  /** Called without names by the feed: what was missed is read again, from where each partition stands. */
  lose(names?: readonly string[]): void {
    const lost = names ? names.map(partitionOfLease) : [...this.held.keys()];
    const leases = lost.flatMap((partition) => this.held.get(partition) ?? []);
    for (const { ending } of leases) ending.abort();
    for (const partition of lost) this.held.delete(partition);
    if (names) return;
    this.waiting = [];
    const { reached } = this;
    const checkpoint = reached && { ...reached, token: reached.token ?? null };
    this.gain(
      leases.map(({ lease, joined }) => ({ ...lease, ...(joined !== undefined && checkpoint && { checkpoint }) })),
    );
  }

  async settle(leases: readonly HeldLease[]): Promise<void> {
    await this.working;
    const joined = leases.filter(({ name }) => this.held.get(partitionOfLease(name))?.joined !== undefined);
    if (this.reached && joined.length > 0)
      await this.dependencies.leases.checkpoint(joined, { ...this.reached, token: this.reached.token ?? null });
  }

  /** Lets partitions with one checkpoint catch up from there, then take part in what is live. */
  private async join(together: readonly Held[]): Promise<void> {
    const [{ lease, ending } = { lease: undefined, ending: undefined }] = together;
    const { feed, runner } = this.dependencies;
    await feed.begin();
    const join = (sequence: number) => {
      for (const held of together) held.joined = sequence;
    };
    if (!lease?.checkpoint || !ending) return join(feed.sequence);
    const { changeKey, token, at } = lease.checkpoint;
    await this.catchUp({ changeKey, token: token ?? undefined, at }, together, join).catch(async (error) => {
      if (!(error instanceof AppError) || error.code !== 'CURSOR_EXPIRED') throw error;
      join(feed.sequence);
      await runner.recompute(error, this.stopping.signal);
    });
  }

  private async catchUp(after: Position, together: readonly Held[], join: (sequence: number) => void): Promise<void> {
    const partitions = together.map(({ lease }) => partitionOfLease(lease.name));
    const signal = AbortSignal.any([this.stopping.signal, ...together.map(({ ending }) => ending.signal)]);
    const take = async (changes: readonly PlacedChange[]) => {
      await this.dependencies.runner.run(
        changes.map(({ change }) => change),
        signal,
      );
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
    return this.working ? this.last : this.dependencies.feed.position;
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
    const checkpoint = { ...reached, token: reached.token ?? null };
    await this.dependencies.leases
      .checkpoint(
        noted.map(({ lease }) => lease),
        checkpoint,
      )
      .catch((error) => this.dependencies.warn(error, 'Checkpoints of reactions could not be kept.'));
  }
}

function partitionOfLease(name: string): number {
  return Number(name.slice(NAME.length + 1));
}
