import type { LedgerEntry } from '../loyalty/ledger-entry.entity.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { LoyaltyStores } from './erased-collections.js';

type Row = Readonly<Record<string, unknown>>;

/** What is exported of points, for some accounts of a person. */
interface LoyaltySection {
  readonly name: string;
  readonly columns: string;
  rows(ctx: TenantContext, accountIds: string[]): AsyncIterable<Row>;
}

/** What is exported of points: of others who took part in an entry or a referral nothing is told. */
export function loyaltySections(stores: LoyaltyStores): readonly LoyaltySection[] {
  return [
    {
      name: 'loyalty_entries',
      columns: 'id kind accountId points flagged at reason reference',
      rows: (ctx, ids) => entryRows(stores, ctx, ids),
    },
    {
      name: 'loyalty_wallets',
      columns: 'accountId lots earned owed',
      rows: (ctx, ids) => walletRows(stores, ctx, ids),
    },
    {
      name: 'loyalty_referrals',
      columns: 'refereeId referrerId at',
      rows: (ctx, ids) => referralRows(stores, ctx, ids),
    },
  ];
}

async function* entryRows({ entries }: LoyaltyStores, ctx: TenantContext, ids: string[]): AsyncGenerator<Row> {
  const own = new Set(ids);
  for await (const entry of entries.entriesOf(ctx, ids)) {
    const points = entry.lines.filter(({ account }) => own.has(account)).reduce((sum, line) => sum + line.points, 0);
    const { kind, flagged, at } = entry;
    yield { id: idOf(entry._id), kind, points, flagged, at, ...wordsOf(entries, ctx, entry, own) };
  }
}

async function* walletRows({ wallets }: LoyaltyStores, ctx: TenantContext, ids: string[]): AsyncGenerator<Row> {
  for (const { accountId, lots, earned, owed } of await wallets.find(ctx, ids)) yield { accountId, lots, earned, owed };
}

async function* referralRows({ referrals }: LoyaltyStores, ctx: TenantContext, ids: string[]): AsyncGenerator<Row> {
  const own = (id: string) => (ids.includes(id) ? id : null);
  for await (const { refereeId, referrerId, at } of referrals.namingOf(ctx, ids))
    yield { refereeId: own(refereeId), referrerId: own(referrerId), at };
}

/** Why an entry was posted, where it was posted for one of these accounts. */
function wordsOf(
  entries: LoyaltyStores['entries'],
  ctx: TenantContext,
  entry: LedgerEntry,
  own: ReadonlySet<string>,
): Row {
  return own.has(entry.accountId)
    ? { accountId: entry.accountId, ...entries.wordsOf(ctx, entry) }
    : { accountId: null };
}
