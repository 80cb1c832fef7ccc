import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { Link } from './link.entity.js';
import type { LinkChanges, LinkRecord } from './link.rules.js';

const MOST_LINKS_READ = 20_000;

/** The collection of links. */
export class LinkStore {
  constructor(private readonly database: Database) {}

  /** Adds links; one that is there stays as it is. One command. */
  async add(ctx: TenantContext, links: readonly LinkRecord[]): Promise<void> {
    const documents = links.map(({ id, reason, ...link }) => {
      const _id = keyOf(ctx.tenantId, id);
      const sealedReason = reason === null ? null : sealJson(ctx.keys.data, placeOf('links', _id), reason);
      return { _id, tenantId: ctx.tenantId, ...link, sealedReason };
    });
    const distinct = [...new Map(documents.map((document) => [document._id, document])).values()];
    await this.database.insertNew(Link, distinct as (Link & Stored)[]);
  }

  /** Stores what a decision changes: at most two commands. */
  async change(ctx: TenantContext, { added, opened, closed }: LinkChanges): Promise<void> {
    await this.add(ctx, added);
    const setting = (ids: readonly string[], active: boolean) =>
      ids.map((id) => ({ filter: { _id: keyOf(ctx.tenantId, id) }, update: { $set: { active } } }));
    await this.database.updateMany(Link, [...setting(opened, true), ...setting(closed, false)]);
  }

  /** The links of these accounts, at most 20,000; one command, save on the Python build. */
  async findByAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<LinkRecord[]> {
    const links = await this.database.findByList(
      Link,
      { tenantId: ctx.tenantId },
      ['accountIds', accountIds],
      MOST_LINKS_READ,
    );
    return links.map(({ _id, sealedReason, ...link }) => ({
      ...link,
      id: idOf(_id),
      reason: sealedReason ? (openJson(ctx.keys.data, placeOf('links', _id), sealedReason) as string) : null,
    }));
  }
}
