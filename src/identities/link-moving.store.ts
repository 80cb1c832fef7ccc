import type { BlindedCollection } from '../platform/blinded.js';
import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf } from '../platform/ids.js';
import type { StoredRow } from '../platform/tenant-documents.js';
import { Link } from './link.entity.js';
import { withTokenInId } from './link.rules.js';
import { clearEvidence, linkIdIn, linkKeyUnder, storedEvidence } from './link-form.js';

/**
 * Moves links to the version of the index key in force. Who opens or closes a link does so where it was first, so what is
 * read there is never older than what stands in the new place; one that is changed meanwhile is moved by the next pass.
 */
export class LinkMovingStore implements BlindedCollection {
  readonly type = Link;

  constructor(private readonly database: Database) {}

  tokensOf(row: StoredRow): string[] {
    const { _id, evidence } = row as unknown as Link & Stored;
    const tokens: string[] = typeof evidence.identifier === 'string' ? [evidence.identifier] : [];
    withTokenInId(idOf(_id), (token) => {
      tokens.push(token);
      return token;
    });
    return tokens;
  }

  /** Four commands at most. */
  async renew(ctx: TenantContext, rows: readonly StoredRow[]): Promise<void> {
    const links = (rows as unknown as (Link & Stored)[]).map((link) => ({
      before: link._id,
      now: {
        ...link,
        _id: linkKeyUnder(ctx, linkIdIn(ctx, link._id), ctx.keys.versions.current),
        evidence: storedEvidence(ctx, clearEvidence(ctx, link.evidence)),
      },
    }));
    const there = await this.database.insertNew(
      Link,
      links.map(({ now }) => now),
    );
    const known = links.filter(({ now: { _id } }) => there.has(_id));
    await this.database.updateMany(
      Link,
      known.map(({ now: { _id, active, evidence } }) => ({ filter: { _id }, update: { $set: { active, evidence } } })),
    );
    const moved = links.filter(({ before, now }) => before !== now._id);
    for (const active of [true, false]) {
      const keys = moved.filter(({ now }) => now.active === active).map(({ before }) => before);
      if (keys.length > 0) await this.database.deleteMany(Link, { _id: { $in: keys }, active });
    }
  }
}
