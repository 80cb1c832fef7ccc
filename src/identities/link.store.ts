import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { isGivingWay } from '../platform/index-token.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { Link } from './link.entity.js';
import { concernedBy, type LinkChanges, type LinkRecord, withoutAccounts } from './link.rules.js';
import { clearEvidence, linkIdIn, linkKeysOf, linkKeyUnder, storedEvidence } from './link-form.js';

const MOST_LINKS_READ = 20_000;

/** The collection of links. */
export class LinkStore {
  constructor(private readonly database: Database) {}

  /**
   * Adds links, and returns those that are new; one that is there stays as it is. One command, two while the index key
   * gives way.
   */
  async add(ctx: TenantContext, links: readonly LinkRecord[]): Promise<LinkRecord[]> {
    const version = ctx.keys.versions.current;
    const distinct = await this.notStoredElsewhere(ctx, [...new Map(links.map((link) => [link.id, link])).values()]);
    const keyOfLink = (id: string) => linkKeyUnder(ctx, id, version);
    const documents = distinct.map((record) => {
      const { id, reason, ...link } = record;
      const _id = keyOfLink(id);
      const sealedReason = reason === null ? null : sealJson(ctx.keys.data, placeOf('links', _id), reason);
      const evidence = storedEvidence(ctx, link.evidence);
      return { _id, tenantId: ctx.tenantId, ...link, evidence, accountIds: concernedBy(record), sealedReason };
    });
    const there = await this.database.insertNew(Link, documents as unknown as (Link & Stored)[]);
    if (!(await ctx.keys.isInForce(version.id))) return this.add(ctx, links);
    return distinct.filter(({ id }) => !there.has(keyOfLink(id)));
  }

  /** Those that are not there under another version of the index key. */
  private async notStoredElsewhere(ctx: TenantContext, links: readonly LinkRecord[]): Promise<readonly LinkRecord[]> {
    if (!isGivingWay(ctx.keys)) return links;
    const { current } = ctx.keys.versions;
    const elsewhere = links.flatMap(({ id }) => {
      const here = linkKeyUnder(ctx, id, current);
      return linkKeysOf(ctx, id).filter((key) => key !== here);
    });
    const found = await this.database.findByKeys(Link, elsewhere, { _id: 1 });
    const there = new Set(found.map(({ _id }) => linkIdIn(ctx, _id)));
    return links.filter(({ id }) => !there.has(id));
  }

  /** Stores what a decision changes, and returns the links that are new: at most two commands. */
  async change(ctx: TenantContext, { added, opened, closed }: LinkChanges): Promise<LinkRecord[]> {
    const fresh = await this.add(ctx, added);
    const setting = (ids: readonly string[], active: boolean) =>
      ids.flatMap((id) => linkKeysOf(ctx, id)).map((_id) => ({ filter: { _id }, update: { $set: { active } } }));
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
      const keys = found.flatMap(({ id }) => linkKeysOf(ctx, id));
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
    const read = links.map(
      ({ _id, sealedReason, evidence, accountIds: [from, to], ...link }): LinkRecord => ({
        ...link,
        evidence: clearEvidence(ctx, evidence),
        accountIds: [from, to],
        id: linkIdIn(ctx, _id),
        reason: sealedReason ? (openJson(ctx.keys.data, placeOf('links', _id), sealedReason) as string) : null,
      }),
    );
    return isGivingWay(ctx.keys) ? [...new Map(read.map((link) => [link.id, link])).values()] : read;
  }
}
