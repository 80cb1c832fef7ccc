/** A piece of shared work as it stands. */
export interface LeaseState {
  readonly name: string;
  readonly owner: string | null;
}

/** The pool of a lease: the part of its name before the last hyphen. Each pool is shared out evenly by itself. */
export function poolOf(name: string): string {
  return name.slice(0, name.lastIndexOf('-'));
}

/** What a worker should take and what it should let go of. */
export interface Share {
  readonly take: readonly string[];
  readonly release: readonly string[];
}

/**
 * The even share of leases for one of the living workers: what it holds beyond that it releases, what it lacks it takes
 * from those that nobody living holds. When all have done so, any two hold numbers that differ by one at most.
 */
export function shareOut(leases: readonly LeaseState[], living: ReadonlySet<string>, self: string): Share {
  const workers = [...new Set([...living, self])].sort();
  const own = leases.filter(({ owner }) => owner === self).map(({ name }) => name);
  const place = workers.indexOf(self);
  const share = Math.floor(leases.length / workers.length) + (place < leases.length % workers.length ? 1 : 0);
  const free = leases.filter(({ owner }) => owner === null || !(living.has(owner) || owner === self));
  return { take: free.slice(0, Math.max(0, share - own.length)).map(({ name }) => name), release: own.slice(share) };
}

/** Tells which workers live by their beats alone, without comparing any two clocks: one whose beat stands still is dead. */
export class Pulse {
  private readonly seen = new Map<string, { beat: number; since: number }>();

  /** @param stillMs how long a beat may stand still, in milliseconds of the observer's own time */
  constructor(private readonly stillMs: number) {}

  /** Notes beats as read at `now`, and returns the workers that live as far as can be told. */
  observe(beats: ReadonlyMap<string, number>, now: number): Set<string> {
    for (const worker of this.seen.keys()) if (!beats.has(worker)) this.seen.delete(worker);
    for (const [worker, beat] of beats) {
      if (this.seen.get(worker)?.beat !== beat) this.seen.set(worker, { beat, since: now });
    }
    return new Set([...this.seen].filter(([, { since }]) => now - since < this.stillMs).map(([worker]) => worker));
  }
}
