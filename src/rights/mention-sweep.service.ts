import type { QuarantineStore } from '../ingestion/quarantine.store.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { IdempotencyStore } from '../serving/idempotency.store.js';
import { type Mentioned, mentions } from './mentions.rules.js';

const PIECE = 100;

/** Where a look through the refused items has come to. */
export type SweepPlace = string | null;

/**
 * Finds people in what names nobody in a way that an index could lead to: refused items, and answers kept for repeated
 * mutations. Each is opened; what none of the tenant's keys opens is left.
 */
export class MentionSweepService {
  constructor(
    private readonly quarantine: QuarantineStore,
    private readonly idempotency: IdempotencyStore,
  ) {}

  /** The refused items that mention somebody, in pieces that may be empty, each with the place behind it. */
  async *refused(
    ctx: TenantContext,
    who: Mentioned,
    after: SweepPlace,
  ): AsyncGenerator<{ readonly ids: string[]; readonly place: string }> {
    for await (const records of this.quarantine.piecesAfter(ctx, after, PIECE)) {
      const found = records.filter((record) => {
        const original = opened(() => this.quarantine.original(ctx, record));
        return mentions(original?.raw, who) || mentions(original?.input, who);
      });
      const last = records.at(-1);
      if (last) yield { ids: found.map(({ _id }) => idOf(_id)), place: idOf(last._id) };
    }
  }

  /** The answers that mention somebody, by their keys, in pieces. */
  async *answers(ctx: TenantContext, who: Mentioned): AsyncGenerator<string[]> {
    for await (const records of this.idempotency.answers(ctx, PIECE)) {
      const found = records.filter(({ _id, sealed }) => {
        const text = sealed && opened(() => this.idempotency.answerOf(ctx, _id, sealed));
        return text ? mentions(JSON.parse(text), who) : false;
      });
      if (found.length > 0) yield found.map(({ _id }) => _id);
    }
  }

  /** How many of either mention somebody. */
  async count(ctx: TenantContext, who: Mentioned): Promise<Record<string, number>> {
    const counts = { quarantine: 0, idempotency_keys: 0 };
    for await (const { ids } of this.refused(ctx, who, null)) counts.quarantine += ids.length;
    for await (const keys of this.answers(ctx, who)) counts.idempotency_keys += keys.length;
    return counts;
  }

  /** Deletes all that mentions somebody; is given where it has come to after each piece. */
  async erase(ctx: TenantContext, who: Mentioned, reached: () => Promise<void>): Promise<void> {
    for await (const { ids } of this.refused(ctx, who, null)) {
      await this.quarantine.drop(ctx, ids);
      await reached();
    }
    for await (const keys of this.answers(ctx, who)) await this.idempotency.dropAnswers(ctx, keys);
  }
}

function opened<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}
