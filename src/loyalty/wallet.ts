/** Points that end at one time; null: never. */
export interface Lot {
  readonly points: number;
  readonly expiresAt: Date | null;
}

/** Points that were spent for another account while both were one person. */
export interface Loan extends Lot {
  readonly to: string;
}

/** What an account has: never less than nothing. */
export interface WalletState {
  /** In the order in which they end. */
  readonly lots: readonly Lot[];
  readonly lent: readonly Loan[];
  /** Points earned, less those taken back: what levels go by. */
  readonly earned: number;
  /** Points the company bears: they were spent before they had to be given back. */
  readonly owed: number;
}

/** The points of one account, as of one entry of the ledger. */
export interface Wallet extends WalletState {
  readonly accountId: string;
  /** Counts the entries that have touched it. */
  readonly position: number;
}

/** The wallet of an account that has never had a point. */
export function emptyWallet(accountId: string): Wallet {
  return { accountId, position: 0, lots: [], lent: [], earned: 0, owed: 0 };
}
