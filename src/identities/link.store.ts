import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { Link } from './link.entity.js';

const MOST_LINKS_READ = 1_000;

/** A link in clear, without what storage adds. */
export type LinkRecord = Omit<Link, '_id' | 'tenantId' | 'sealedReason'> & { readonly reason: string | null };

/** The collection of links. */
export class LinkStore {
  constructor(private readonly database: Database) {}

  /** Adds links; one that is there stays as it is. */
  async add(ctx: TenantContext, links: readonly LinkRecord[]): Promise<void> {
    const documents = links.map(({ reason, ...link }) => {
      const _id = keyOf(ctx.tenantId, [...link.accountIds, link.kind, link.rule].join(':'));
      const sealedReason = reason === null ? null : sealJson(ctx.keys.data, placeOf('links', _id), reason);
      return { _id, tenantId: ctx.tenantId, ...link, sealedReason };
    });
    const distinct = [...new Map(documents.map((document) => [document._id, document])).values()];
    await this.database.insertNew(Link, distinct as (Link & Stored)[]);
  }

  /** The links of these accounts, at most 1,000. */
  async findByAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<LinkRecord[]> {
    const links = await this.database
      .collection(Link)
      .find({ tenantId: ctx.tenantId, accountIds: { $in: [...accountIds] } } as object)
      .limit(MOST_LINKS_READ)
      .toArray();
    return links.map(({ _id, sealedReason, ...link }) => ({
      ...link,
      reason: sealedReason ? (openJson(ctx.keys.data, placeOf('links', _id), sealedReason) as string) : null,
    }));
  }
}
