import type { Database } from '../platform/database.js';
import { keyOf, PLATFORM, ulid } from '../platform/ids.js';
import type { AuditFact } from './audit-chain.rules.js';
import { AuditInboxItem } from './audit-inbox.entity.js';
import { AUDIT_LANES } from './audit-lanes.rules.js';
import { readFacts } from './told-facts.rules.js';

/** Facts of one tenant that were told at a time. */
export interface Told {
  readonly key: string;
  readonly tenantId: string;
  readonly facts: readonly AuditFact[];
}

/** What was done and is not yet in a log. */
export class AuditInboxStore {
  constructor(private readonly database: Database) {}

  /** Keeps facts of a tenant, together. One command. */
  async keep(tenantId: string, facts: readonly AuditFact[], now: Date): Promise<void> {
    const item = {
      _id: keyOf(PLATFORM, `${tenantId}:${ulid(now)}`),
      tenantId: PLATFORM,
      lane: AUDIT_LANES.of(tenantId),
      ofTenant: tenantId,
      facts: JSON.stringify(facts),
    };
    await this.database.insertNew(AuditInboxItem, [item]);
  }

  /** What waits in lanes, save what some tenants' logs left, in the order it was told; at most so many items. One command. */
  async find(lanes: readonly string[], left: readonly string[], most: number): Promise<Told[]> {
    const besides = left.length > 0 ? { ofTenant: { $nin: [...left] } } : {};
    const filter = { tenantId: PLATFORM, lane: { $in: [...lanes] }, ...besides };
    const found = await this.database
      .collection(AuditInboxItem)
      .find(filter as object)
      .limit(most)
      .toArray();
    return found.map((item) => toldBy(item as unknown as AuditInboxItem)).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The item of a key. One command. */
  async findByKey(key: string): Promise<Told | undefined> {
    const [found] = await this.database.findByKeys(AuditInboxItem, [key]);
    return found && toldBy(found);
  }

  /** Lets go of items whose facts are in the log. One command. */
  async drop(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.database.collection(AuditInboxItem).deleteMany({ _id: { $in: [...keys] } } as object);
  }
}

function toldBy({ _id, ofTenant, facts }: AuditInboxItem): Told {
  return { key: _id, tenantId: ofTenant, facts: readFacts(facts) };
}
