import type { RequestContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import type { PersonsService } from '../profiles/persons.service.js';
import type { Profile } from '../profiles/profile.entity.js';
import { LoyaltyEntryKind } from './entry-kind.js';
import { SYSTEM } from './ledger.service.js';
import type { LedgerStore } from './ledger.store.js';
import type { LedgerEntry } from './ledger-entry.entity.js';
import type { LoyaltyEntry, LoyaltyEntryConnection } from './loyalty.view.js';
import type { WalletStore } from './wallet.store.js';

const BY_EVENTS: ReadonlySet<string> = new Set([
  LoyaltyEntryKind.EARN,
  LoyaltyEntryKind.REFUND,
  LoyaltyEntryKind.TAKE_BACK,
]);

/** Lists what was posted for a customer. */
export class LedgerListService {
  constructor(
    private readonly entries: LedgerStore,
    private readonly wallets: WalletStore,
    private readonly persons: PersonsService,
  ) {}

  /**
   * A page of the entries that name any of the customer's accounts, newest first. One command a wallet, two after a place,
   * and two. Who may not read what orders are worth is not shown what these earned: such a page may be shorter.
   */
  async page(
    ctx: RequestContext,
    { id }: Profile,
    first: number,
    cursor?: string | null,
  ): Promise<LoyaltyEntryConnection> {
    const size = pageSize(first);
    const query = JSON.stringify(['loyaltyEntries', id]);
    const [at, last] = cursor ? decodeCursor(ctx, query, cursor) : [];
    const after = cursor ? { at: new Date(Number(at)), id: String(last) } : undefined;
    const own = (await this.persons.ofProfiles(ctx, [id])).get(id)?.accountIds ?? [];
    const wallets = ctx.settings.loyalty === null ? [] : await this.wallets.find(ctx, own);
    const found = await Promise.all(
      wallets.map(({ accountId }) => this.entries.ofAccount(ctx, accountId, after, size + 1)),
    );
    const rows = [...new Map(found.flat().map((entry) => [entry._id, entry])).values()].sort(newestFirst);
    const page = pageOf(rows, size, (row) => encodeCursor(ctx, query, [row.at.getTime(), idOf(row._id)]), !!after);
    const accountIds = new Set(own);
    const shown = page.edges.filter(({ node }) => !(ctx.access.unseen.has('IMPORTANT') && tellsOfOrders(node)));
    const edges = shown.map((edge) => ({ cursor: edge.cursor, node: this.view(ctx, edge.node, accountIds) }));
    return { edges, pageInfo: page.pageInfo };
  }

  private view(ctx: RequestContext, entry: LedgerEntry, own: ReadonlySet<string>): LoyaltyEntry {
    const { _id, kind, lines, flagged, at } = entry;
    const points = lines.reduce((sum, line) => (own.has(line.account) ? sum + line.points : sum), 0);
    const words = ctx.access.unseen.has('CORE') ? null : this.entries.wordsOf(ctx, entry);
    const { reason = null, reference = null } = words ?? {};
    return { id: idOf(_id), kind, points, reason, reference, flagged, at };
  }
}

/** Whether an entry was posted for an event, whose worth it may tell. */
function tellsOfOrders({ kind, actor }: LedgerEntry): boolean {
  return actor === SYSTEM && BY_EVENTS.has(kind);
}

function newestFirst(a: LedgerEntry, b: LedgerEntry): number {
  return b.at.getTime() - a.at.getTime() || (a._id < b._id ? 1 : -1);
}
