import type { Loan, Lot, WalletState } from './wallet.js';

function endOf({ expiresAt }: Lot): number {
  return expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** Whether points still count at a moment. */
export function isAlive(lot: Lot, at: Date): boolean {
  return endOf(lot) > at.getTime();
}

/** The points that count at a moment. */
export function balanceAt({ lots }: Pick<WalletState, 'lots'>, at: Date): number {
  return lots.reduce((sum, lot) => (isAlive(lot, at) ? sum + lot.points : sum), 0);
}

/** Those that end first come first; those that never end, last. */
export function byEnd(a: Lot, b: Lot): number {
  const [first, second] = [endOf(a), endOf(b)];
  return first === second ? 0 : first - second;
}

/** Lots with some more points: those that end together are one. */
export function withLot(lots: readonly Lot[], added: Lot): Lot[] {
  if (added.points === 0) return [...lots];
  const alike = lots.find((lot) => endOf(lot) === endOf(added));
  const others = lots.filter((lot) => lot !== alike);
  return [...others, { points: added.points + (alike?.points ?? 0), expiresAt: added.expiresAt }].sort(byEnd);
}

/** Loans with one more: those to the same account that end together are one. */
export function withLoan(lent: readonly Loan[], added: Loan): Loan[] {
  const isAlike = (loan: Loan) => loan.to === added.to && endOf(loan) === endOf(added);
  const alike = lent.find(isAlike);
  return [...lent.filter((loan) => !isAlike(loan)), { ...added, points: added.points + (alike?.points ?? 0) }];
}

/** Whom points were lent to. */
export function borrowersOf({ lent }: Pick<WalletState, 'lent'>): string[] {
  return [...new Set(lent.map(({ to }) => to))].sort();
}

/** When the next of the points end; null where none do. */
export function nextEndOf({ lots }: Pick<WalletState, 'lots'>): Date | null {
  return lots.find(({ expiresAt }) => expiresAt !== null)?.expiresAt ?? null;
}
