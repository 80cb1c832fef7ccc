import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { Link } from './link.entity.js';

const MOST_LINKS_READ = 1_000;

/** The collection of links. */
export class LinkStore {
  constructor(private readonly database: Database) {}

  /** Adds links; one that is there stays as it is. */
  async add(ctx: TenantContext, links: readonly Omit<Link, '_id' | 'tenantId'>[]): Promise<void> {
    const documents = links.map((link) => ({
      _id: keyOf(ctx.tenantId, [...link.accountIds, link.kind, link.rule].join(':')),
      tenantId: ctx.tenantId,
      ...link,
    }));
    const distinct = [...new Map(documents.map((document) => [document._id, document])).values()];
    await this.database.insertNew(Link, distinct as (Link & Stored)[]);
  }

  /** The links of these accounts, at most 1,000. */
  findByAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<Link[]> {
    return this.database
      .collection(Link)
      .find({ tenantId: ctx.tenantId, accountIds: { $in: [...accountIds] } } as object)
      .limit(MOST_LINKS_READ)
      .toArray() as Promise<Link[]>;
  }
}
