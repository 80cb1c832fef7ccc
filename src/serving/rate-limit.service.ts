import { LRUCache } from 'lru-cache';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { hashedUlid } from '../platform/ids.js';
import type { SpentPointsStore } from './spent-points.store.js';

export const WINDOW_SECONDS = 60;

const MOST_CALLERS = 10_000;
/** A process takes this share of a window's points at a time, and spends them without asking the database. */
const SHARE_OF_BLOCK = 0.05;

/** Who spends, and when. */
export type Spender = Pick<RequestContext, 'tenantId' | 'principal' | 'now'>;

/** What a caller has left, as far as this process knows. */
export interface RateState {
  /** Points a window. */
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the next window. */
  readonly resetSeconds: number;
}

/** One caller's window, as this process sees it. */
interface Account {
  readonly window: number;
  /** Points taken from the database for this process. */
  granted: number;
  /** Points that may be spent before the first answer of the database. */
  credit: number;
  spent: number;
  /** Points taken by all processes, as the database said last. */
  total: number;
  taking: Promise<void> | undefined;
}

/**
 * Points a minute for each token, whichever process it calls. A process takes blocks of 5 % from the database and spends
 * them in memory: no more than the limit is ever granted, and what a process took and did not spend is lost with the window.
 * Only the first block of a window is spent while the database is being asked, so that no request waits for it.
 */
export class RateLimitService {
  private readonly accounts = new LRUCache<string, Account>({ max: MOST_CALLERS });
  private readonly block: number;

  constructor(
    private readonly store: Pick<SpentPointsStore, 'take'>,
    readonly limit: number,
  ) {
    this.block = Math.max(1, Math.floor(limit * SHARE_OF_BLOCK));
  }

  /** Spends points of a caller or throws RATE_LIMITED, which says how many are left and when there will be more. */
  async spend(caller: Spender, points: number): Promise<RateState> {
    const account = this.accountOf(caller);
    while (account.spent + points > account.granted + account.credit) {
      if (!account.taking && account.total >= this.limit) throw this.limited(caller, account, points);
      const missing = account.spent + points - account.granted;
      await (account.taking ?? this.take(caller, account, Math.max(this.block, missing)));
    }
    account.spent += points;
    return this.stateOf(caller, account);
  }

  private accountOf(caller: Spender): Account {
    const { tenantId, principal } = caller;
    const key = `${tenantId}:${principal.kind}:${principal.subject}`;
    const window = Math.floor(caller.now().getTime() / 1_000 / WINDOW_SECONDS);
    const known = this.accounts.get(key);
    if (known?.window === window) return known;
    const account: Account = { window, granted: 0, credit: this.block, spent: 0, total: 0, taking: undefined };
    this.accounts.set(key, account);
    void this.take(caller, account, this.block);
    return account;
  }

  private take(caller: Spender, account: Account, points: number): Promise<void> {
    account.taking = this.store.take(caller, `${keyOfCaller(caller)}:${account.window}`, points).then((counted) => {
      // while the database is away the count begins anew in memory: what it said before still holds
      const total = Math.max(counted, account.total + points);
      account.granted += Math.min(points, Math.max(0, this.limit - (total - points)));
      account.total = total;
      account.credit = 0;
      account.taking = undefined;
    });
    return account.taking;
  }

  private stateOf({ now }: Spender, { window, granted, credit, spent, total }: Account): RateState {
    const untaken = Math.max(0, this.limit - Math.max(total, credit));
    return {
      limit: this.limit,
      remaining: Math.max(0, granted + credit - spent) + untaken,
      resetSeconds: Math.max(1, Math.ceil((window + 1) * WINDOW_SECONDS - now().getTime() / 1_000)),
    };
  }

  private limited(caller: Spender, account: Account, cost: number): AppError {
    const { limit, remaining, resetSeconds } = this.stateOf(caller, account);
    return new AppError(
      'RATE_LIMITED',
      `This costs ${cost} points, and ${remaining} of ${limit} a minute are left; try again in ${resetSeconds} s.`,
      { cost, limit, remaining, retryAfterSeconds: resetSeconds },
    );
  }
}

/** The caller as it is stored: hashed, for a subject may be a person's name. */
function keyOfCaller({ tenantId, principal }: Spender): string {
  return hashedUlid(tenantId, principal.kind, principal.subject);
}
