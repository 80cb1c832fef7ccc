import type { LedgerEntry } from '../../src/loyalty/ledger-entry.entity.js';
import type { LoyaltyWallet } from '../../src/loyalty/wallet.entity.js';
import type { Database } from '../../src/platform/database.js';
import { idOf } from '../../src/platform/ids.js';

/** All that is stored of a tenant's points. */
export interface Books {
  readonly entries: readonly LedgerEntry[];
  readonly wallets: readonly LoyaltyWallet[];
}

/** Reads a tenant's books. */
export async function booksOf({ connection: { db } }: Database, tenantId: string): Promise<Books> {
  const all = async (name: string) => (await db?.collection(name).find({ tenantId }).toArray()) ?? [];
  const [entries, wallets] = await Promise.all([all('loyalty_entries'), all('loyalty_wallets')]);
  return { entries, wallets } as unknown as Books;
}

/** By account of the books, what its lines come to. */
export function balancesOf({ entries }: Pick<Books, 'entries'>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { lines } of entries)
    for (const { account, points } of lines) sums.set(account, (sums.get(account) ?? 0) + points);
  return sums;
}

/** What is wrong with a tenant's books: nothing where they balance. */
export function faultsOf(books: Books): string[] {
  const balances = balancesOf(books);
  const uneven = books.entries.filter(({ lines }) => lines.reduce((sum, { points }) => sum + points, 0) !== 0);
  const wallets = books.wallets.flatMap(({ _id, lots, earned, owed }) => {
    const held = lots.reduce((sum, { points }) => sum + points, 0);
    const isSound = held === (balances.get(idOf(_id)) ?? 0) && lots.every(({ points }) => points > 0);
    return isSound && earned >= 0 && owed >= 0
      ? []
      : [`${_id} holds ${held}, and the books say ${balances.get(idOf(_id))}`];
  });
  const people = [...balances].filter(([account]) => account.startsWith('acc_'));
  const below = people.filter(([, points]) => points < 0).map(([account, points]) => `${account} has ${points}`);
  const known = new Set(books.wallets.map(({ _id }) => idOf(_id)));
  const unknown = people.filter(([account]) => !known.has(account)).map(([account]) => `${account} has no wallet`);
  return [...uneven.map(({ _id }) => `${_id} does not come to 0`), ...wallets, ...below, ...unknown];
}
