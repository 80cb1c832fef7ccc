import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { Link } from './link.entity.js';
import { concernedBy, type LinkChanges, type LinkRecord, withoutAccounts } from './link.rules.js';

const MOST_LINKS_READ = 20_000;

/** The collection of links. */
export class LinkStore {
  constructor(private readonly database: Database) {}

  /** Adds links, and returns those that are new; one that is there stays as it is. One command. */
  async add(ctx: TenantContext, links: readonly LinkRecord[]): Promise<LinkRecord[]> {
    const distinct = [...new Map(links.map((link) => [link.id, link])).values()];
    const documents = distinct.map((record) => {
      const { id, reason, ...link } = record;
      const _id = keyOf(ctx.tenantId, id);
      const sealedReason = reason === null ? null : sealJson(ctx.keys.data, placeOf('links', _id), reason);
      return { _id, tenantId: ctx.tenantId, ...link, accountIds: concernedBy(record), sealedReason };
    });
    const there = await this.database.insertNew(Link, documents as unknown as (Link & Stored)[]);
    return distinct.filter(({ id }) => !there.has(keyOf(ctx.tenantId, id)));
  }

  /** Stores what a decision changes, and returns the links that are new: at most two commands. */
  async change(ctx: TenantContext, { added, opened, closed }: LinkChanges): Promise<LinkRecord[]> {
    const fresh = await this.add(ctx, added);
    const setting = (ids: readonly string[], active: boolean) =>
      ids.map((id) => ({ filter: { _id: keyOf(ctx.tenantId, id) }, update: { $set: { active } } }));
    await this.database.updateMany(Link, [...setting(opened, true), ...setting(closed, false)]);
    return fresh;
  }

  /** How many links concern one of these accounts. One command. */
  count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    const filter = { tenantId: ctx.tenantId, accountIds: { $in: [...accountIds] } };
    return this.database.collection(Link).countDocuments(filter as object);
  }

  /**
   * Deletes what links accounts, and before each step gives those at other ends. What bars others from each other as well
   * goes on doing so, without the reason, which may tell of who is gone. Three commands for each 20,000.
   */
  async *erase(ctx: TenantContext, accountIds: readonly string[]): AsyncGenerator<string[]> {
    const leaving = new Set(accountIds);
    for (;;) {
      const found = await this.findByAccounts(ctx, accountIds);
      yield [...new Set(found.flatMap(concernedBy))].filter((id) => !leaving.has(id));
      await this.add(
        ctx,
        found.flatMap((link) => withoutAccounts(link, leaving)),
      );
      const keys = found.map(({ id }) => keyOf(ctx.tenantId, id));
      if (keys.length > 0) await this.database.deleteMany(Link, { _id: { $in: keys } });
      if (found.length < MOST_LINKS_READ) return;
    }
  }

  /** The links of these accounts, at most 20,000; one command, save on the Python build. */
  async findByAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<LinkRecord[]> {
    const links = await this.database.findByList(
      Link,
      { tenantId: ctx.tenantId },
      ['accountIds', accountIds],
      MOST_LINKS_READ,
    );
    return links.map(({ _id, sealedReason, accountIds: [from, to], ...link }) => ({
      ...link,
      accountIds: [from, to],
      id: idOf(_id),
      reason: sealedReason ? (openJson(ctx.keys.data, placeOf('links', _id), sealedReason) as string) : null,
    }));
  }
}
