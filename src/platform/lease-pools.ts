import { poolOf } from './lease.rules.js';
import type { HeldLease } from './lease.store.js';
import type { LeaseUser } from './leases.js';

/** Several users of leases as one, each told of the leases of its own pool alone. */
export class LeasePools implements LeaseUser {
  /** Users by the names of their pools. */
  constructor(private readonly users: Readonly<Record<string, LeaseUser>>) {}

  gain(leases: readonly HeldLease[]): void {
    this.each(
      leases,
      ({ name }) => name,
      (user, own) => user.gain(own),
    );
  }

  lose(names: readonly string[]): void {
    this.each(
      names,
      (name) => name,
      (user, own) => user.lose(own),
    );
  }

  async settle(leases: readonly HeldLease[]): Promise<void> {
    await Promise.all(
      this.each(
        leases,
        ({ name }) => name,
        (user, own) => user.settle(own),
      ),
    );
  }

  private each<T, R>(items: readonly T[], nameOf: (item: T) => string, tell: (user: LeaseUser, own: T[]) => R): R[] {
    return Object.entries(this.users).flatMap(([pool, user]) => {
      const own = items.filter((item) => poolOf(nameOf(item)) === pool);
      return own.length > 0 ? [tell(user, own)] : [];
    });
  }
}
