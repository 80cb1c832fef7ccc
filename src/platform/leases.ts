import { setTimeout as delay } from 'node:timers/promises';
import { groupBy } from './group-by.rules.js';
import { Pulse, poolOf, type Share, shareOut } from './lease.rules.js';
import type { HeldLease, LeaseStore } from './lease.store.js';
import type { Warn } from './logger.js';

/** How often a worker shows that it lives, and looks who else does. */
const BEAT_MS = 1_000;
/** A worker that was not seen to live for so long has lost its leases. */
const DEAD_AFTER_MS = 10_000;
/** One that could not show for so long that it lives stops working: before another may take over. */
const SILENT_AFTER_MS = 6_000;

/** What a worker does with leases. */
export interface LeaseUser {
  gain(leases: readonly HeldLease[]): void;
  /** The leases are another's, or may be at any moment: no more work is done under them. */
  lose(names: readonly string[]): void;
  /** Finishes what is under way under leases that are to be released. */
  settle(leases: readonly HeldLease[]): Promise<void>;
}

/**
 * Shares pieces of work evenly among the processes that take part: each piece is held by one at a time, under an epoch
 * that fences off whoever held it before. No two clocks are compared; a database that is away stops the work.
 */
export class Leases {
  private readonly held = new Map<string, HeldLease>();
  private readonly pulse = new Pulse(DEAD_AFTER_MS);
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private shown = Number.NEGATIVE_INFINITY;
  private isEnsured = false;

  constructor(
    private readonly store: LeaseStore,
    private readonly worker: string,
    private readonly names: readonly string[],
    private readonly user: LeaseUser,
    private readonly clock: () => Date,
    private readonly warn: Warn,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Ends the work under way, and lets go of all. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.leave().catch((error) => this.warn(error, 'Leases were not let go of; others take them over shortly.'));
  }

  private async leave(): Promise<void> {
    const leases = [...this.held.values()];
    await this.user.settle(leases);
    this.drop(leases);
    await this.store.release(leases);
    await this.store.forget(this.worker);
  }

  /** Beats and rounds go on by themselves: a round may take longer than a beat may be missing. */
  private async run(): Promise<void> {
    const watch = setInterval(() => this.fallSilent(), BEAT_MS / 2).unref();
    await Promise.all([this.repeat(() => this.beat()), this.repeat(() => this.round())]);
    clearInterval(watch);
  }

  private async repeat(turn: () => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await turn().catch((error) => this.warn(error, 'Leases could not be renewed.'));
      await delay(BEAT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async beat(): Promise<void> {
    const begun = performance.now();
    await this.store.beat(this.worker);
    this.shown = begun;
  }

  private async round(): Promise<void> {
    if (!this.isEnsured) await this.store.ensure(this.names, this.clock());
    this.isEnsured = true;
    const [beats, leases] = [await this.store.beats(), await this.store.find(this.names)];
    const living = this.pulse.observe(beats, performance.now());
    this.drop(leases.filter(({ name, epoch }) => this.held.has(name) && this.held.get(name)?.epoch !== epoch));
    // what a worker finds under its own name and does not hold was lost while it was silent
    const states = leases.map(({ name, owner }) => ({
      name,
      owner: owner === this.worker && !this.held.has(name) ? null : owner,
    }));
    const pools = groupBy(states, ({ name }) => poolOf(name));
    const shares = [...pools.values()].map((pool): Share => shareOut(pool, living, this.worker));
    await this.letGo(shares.flatMap(({ release }) => release.flatMap((name) => this.held.get(name) ?? [])));
    const take = new Set(shares.flatMap((share) => share.take));
    if (!this.isSilent) await this.takeOver(leases.filter(({ name }) => take.has(name)));
  }

  private async takeOver(leases: readonly HeldLease[]): Promise<void> {
    const gained = await this.store.take(leases, this.worker);
    for (const lease of gained) this.held.set(lease.name, lease);
    if (gained.length > 0 && !this.stopping.signal.aborted) this.user.gain(gained);
  }

  private async letGo(leases: readonly HeldLease[]): Promise<void> {
    if (leases.length === 0) return;
    await this.user.settle(leases);
    this.drop(leases);
    await this.store.release(leases);
  }

  private drop(leases: readonly { readonly name: string }[]): void {
    if (leases.length === 0) return;
    for (const { name } of leases) this.held.delete(name);
    this.user.lose(leases.map(({ name }) => name));
  }

  private get isSilent(): boolean {
    return performance.now() - this.shown > SILENT_AFTER_MS;
  }

  private fallSilent(): void {
    if (this.held.size > 0 && this.isSilent) this.drop([...this.held.values()]);
  }
}
