import { emptyWallet, type Loan, type Lot, type Wallet } from './wallet.js';
import { balanceAt, byEnd, isAlive, withLoan, withLot } from './wallet.rules.js';

/** The accounts of the books that are no customer's. */
export type OwnAccount = 'issued' | 'adjusted' | 'redeemed' | 'expired' | 'liability';

/** One side of an entry: points more, or fewer, on an account of the books. */
export interface Line {
  /** A customer's channel account, or one of the company's. */
  readonly account: string;
  readonly points: number;
}

/** What an entry is to write: its lines come to 0, and each wallet stands as it is after it. */
export interface Planned {
  readonly lines: readonly Line[];
  readonly wallets: readonly Wallet[];
  /** Whether the company had to bear something. */
  readonly flagged: boolean;
}

/** One account's wallet may have lent to so many others at different ends; what is lent beyond is not asked back. */
const MOST_LOANS = 200;

/** An entry in the making over wallets as they were read. */
export class Draft {
  private readonly wallets: Map<string, Wallet>;
  private readonly touched = new Set<string>();
  private readonly sums = new Map<string, number>();
  private isFlagged = false;

  constructor(wallets: readonly Wallet[]) {
    this.wallets = new Map(wallets.map((wallet) => [wallet.accountId, wallet]));
  }

  /** The points of all wallets that count at a moment. */
  balance(at: Date): number {
    return [...this.wallets.values()].reduce((sum, wallet) => sum + balanceAt(wallet, at), 0);
  }

  /** Gives points to an account. */
  give(accountId: string, lot: Lot): void {
    const wallet = this.of(accountId);
    this.put({ ...wallet, lots: withLot(wallet.lots, lot) });
    this.book(accountId, lot.points);
  }

  /** Counts points towards an account's level, or no longer; its count is never below 0. */
  count(accountId: string, points: number): void {
    const wallet = this.of(accountId);
    this.put({ ...wallet, earned: Math.max(0, wallet.earned + points) });
  }

  /** Takes at most so many points for an account, those that end first first; what others give for it is noted as lent. */
  take(accountId: string, points: number, at: Date): number {
    const lots = [...this.wallets.values()].flatMap(({ accountId: owner, lots: own }) =>
      own.filter((lot) => isAlive(lot, at)).map((lot) => ({ owner, lot })),
    );
    const isOther = ({ owner }: { owner: string }) => (owner === accountId ? 0 : 1);
    const compare = (a: string, b: string) => (a < b ? -1 : 1);
    lots.sort((a, b) => byEnd(a.lot, b.lot) || isOther(a) - isOther(b) || compare(a.owner, b.owner));
    let left = points;
    for (const { owner, lot } of lots) {
      const taken = Math.min(left, lot.points);
      if (taken > 0) this.draw(owner, { ...lot, points: taken }, accountId);
      left -= taken;
    }
    return points - left;
  }

  /** Lets points of a wallet go that end by a moment, and returns how many. */
  expire(accountId: string, at: Date): number {
    const { lots } = this.of(accountId);
    const ended = lots.filter((lot) => !isAlive(lot, at)).reduce((sum, { points }) => sum + points, 0);
    if (ended === 0) return 0;
    this.put({ ...this.of(accountId), lots: lots.filter((lot) => isAlive(lot, at)) });
    this.book(accountId, -ended);
    return ended;
  }

  /** Gives back to a wallet all it has lent to an account, and returns how much that was. */
  giveBack(lender: string, borrower: string): number {
    const isMeant = ({ to }: Loan) => to === borrower;
    const { lent } = this.of(lender);
    const loans = lent.filter(isMeant);
    if (loans.length === 0) return 0;
    this.put({ ...this.of(lender), lent: lent.filter((loan) => !isMeant(loan)) });
    for (const { points, expiresAt } of loans) this.give(lender, { points, expiresAt });
    return loans.reduce((sum, { points }) => sum + points, 0);
  }

  /** Writes points on an account of the company's. */
  book(account: OwnAccount | (string & {}), points: number): void {
    this.sums.set(account, (this.sums.get(account) ?? 0) + points);
  }

  /** Lets the company bear points that an account can't give. */
  bear(accountId: string, points: number): void {
    if (points === 0) return;
    this.put({ ...this.of(accountId), owed: this.of(accountId).owed + points });
    this.book('liability', -points);
    this.isFlagged = true;
  }

  /** The entry; each wallet that it touches is one position on. Throws where its lines don't come to 0. */
  planned(): Planned {
    const lines = [...this.sums].filter(([, points]) => points !== 0).map(([account, points]) => ({ account, points }));
    const sum = lines.reduce((all, { points }) => all + points, 0);
    if (sum !== 0) throw new Error(`An entry of the ledger comes to ${sum}.`);
    const wallets = [...this.touched].sort().map((accountId) => {
      const wallet = this.of(accountId);
      return { ...wallet, position: wallet.position + 1 };
    });
    return { lines, wallets, flagged: this.isFlagged };
  }

  private draw(owner: string, drawn: Lot, borrower: string): void {
    const wallet = this.of(owner);
    const lent = owner === borrower ? wallet.lent : withLoan(wallet.lent, { ...drawn, to: borrower });
    const lots = withLot(wallet.lots, { ...drawn, points: -drawn.points }).filter(({ points }) => points !== 0);
    this.put({ ...wallet, lots, lent: lent.length > MOST_LOANS ? wallet.lent : lent });
    this.book(owner, -drawn.points);
  }

  private of(accountId: string): Wallet {
    return this.wallets.get(accountId) ?? emptyWallet(accountId);
  }

  private put(wallet: Wallet): void {
    this.wallets.set(wallet.accountId, wallet);
    this.touched.add(wallet.accountId);
  }
}

/** Points given to an account, out of those the company issues or adjusts by; `counts` towards its level or not. */
export function given(
  wallets: readonly Wallet[],
  accountId: string,
  lot: Lot,
  { from, counts }: { readonly from: 'issued' | 'adjusted'; readonly counts: boolean },
): Planned {
  const draft = new Draft(wallets);
  draft.give(accountId, lot);
  if (counts) draft.count(accountId, lot.points);
  draft.book(from, -lot.points);
  return draft.planned();
}

/** Points taken for an account out of the wallets of its person; undefined where they don't hold so many at a moment. */
export function taken(
  wallets: readonly Wallet[],
  accountId: string,
  points: number,
  { into, at }: { readonly into: 'redeemed' | 'adjusted'; readonly at: Date },
): Planned | undefined {
  const draft = new Draft(wallets);
  if (draft.balance(at) < points) return undefined;
  draft.take(accountId, points, at);
  draft.book(into, points);
  return draft.planned();
}

/** Points that an account had not earned taken back from its person; what they have spent of them the company bears. */
export function takenBack(wallets: readonly Wallet[], accountId: string, points: number, at: Date): Planned {
  const draft = new Draft(wallets);
  draft.bear(accountId, points - draft.take(accountId, points, at));
  draft.count(accountId, -points);
  draft.book('issued', points);
  return draft.planned();
}

/** Points of one wallet that have ended by a moment; undefined where none have. */
export function expired(wallets: readonly Wallet[], accountId: string, at: Date): Planned | undefined {
  const draft = new Draft(wallets);
  const points = draft.expire(accountId, at);
  if (points === 0) return undefined;
  draft.book('expired', points);
  return draft.planned();
}

/**
 * What a wallet has lent to an account that is another person's now, given back out of that person's wallets; what they
 * have spent the company bears. Undefined where nothing is lent.
 */
export function givenBack(lender: Wallet, borrower: string, theirs: readonly Wallet[], at: Date): Planned | undefined {
  const draft = new Draft(theirs);
  const own = new Draft([lender]);
  const points = own.giveBack(lender.accountId, borrower);
  if (points === 0) return undefined;
  draft.bear(borrower, points - draft.take(borrower, points, at));
  own.book('transit', -points);
  draft.book('transit', points);
  const [to, from] = [own.planned(), draft.planned()];
  const lines = [...to.lines, ...from.lines].filter(({ account }) => account !== 'transit');
  return { lines, wallets: [...to.wallets, ...from.wallets], flagged: from.flagged };
}
