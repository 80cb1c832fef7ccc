import type { QuarantineStore } from '../ingestion/quarantine.store.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { IdempotencyStore } from '../serving/idempotency.store.js';
import { UNREADABLE } from './erasure.rules.js';
import { type Mentioned, mentions } from './mentions.rules.js';

const PIECE = 100;

/** Where a look through the refused items has come to. */
export type SweepPlace = string | null;

/** What was found in a piece. */
interface Found {
  readonly ids: string[];
  /** How many could not be opened. */
  readonly unreadable: number;
}

/**
 * Finds people in what names nobody in a way that an index could lead to: refused items, and answers kept for repeated
 * mutations. Each is opened; what none of the tenant's keys opens is
 * left, and counted.
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
  ): AsyncGenerator<Found & { readonly place: string }> {
    for await (const records of this.quarantine.piecesAfter(ctx, after, PIECE)) {
      const { found, unreadable } = looked(
        records,
        (record) => this.quarantine.original(ctx, record),
        ({ raw, input }) => mentions(raw, who) || mentions(input, who),
      );
      const last = records.at(-1);
      if (last) yield { ids: found.map(({ _id }) => idOf(_id)), unreadable, place: idOf(last._id) };
    }
  }

  /** The answers that mention somebody, by their keys, in pieces. */
  async *answers(ctx: TenantContext, who: Mentioned): AsyncGenerator<Found> {
    for await (const records of this.idempotency.answers(ctx, PIECE)) {
      const { found, unreadable } = looked(
        records,
        ({ _id, sealed }): unknown => (sealed ? JSON.parse(this.idempotency.answerOf(ctx, _id, sealed)) : null),
        (answer) => mentions(answer, who),
      );
      yield { ids: found.map(({ _id }) => _id), unreadable };
    }
  }

  /** How many of either mention somebody, and how many nobody can tell of, as `quarantine_unreadable`. */
  async count(ctx: TenantContext, who: Mentioned): Promise<Record<string, number>> {
    return {
      ...(await countsOf('quarantine', this.refused(ctx, who, null))),
      ...(await countsOf('idempotency_keys', this.answers(ctx, who))),
    };
  }

  /** Deletes all that mentions somebody; is given where it has come to after each piece. */
  async erase(ctx: TenantContext, who: Mentioned, reached: () => Promise<void>): Promise<void> {
    for await (const { ids } of this.refused(ctx, who, null)) {
      await this.quarantine.drop(ctx, ids);
      await reached();
    }
    for await (const { ids } of this.answers(ctx, who)) await this.idempotency.dropAnswers(ctx, ids);
  }
}

/** Those of some records that say what is looked for, and how many say nothing that can be read. */
function looked<R, T>(records: readonly R[], open: (record: R) => T, isSought: (opened: T) => boolean) {
  let unreadable = 0;
  const found = records.filter((record) => {
    const opened = openedOf(record, open);
    if (!opened) unreadable += 1;
    return opened ? isSought(opened.value) : false;
  });
  return { found, unreadable };
}

function openedOf<R, T>(record: R, open: (record: R) => T): { readonly value: T } | undefined {
  try {
    return { value: open(record) };
  } catch {
    return undefined;
  }
}

async function countsOf(name: string, pieces: AsyncIterable<Found>): Promise<Record<string, number>> {
  const counts = { found: 0, unreadable: 0 };
  for await (const { ids, unreadable } of pieces) {
    counts.found += ids.length;
    counts.unreadable += unreadable;
  }
  return { [name]: counts.found, [`${name}${UNREADABLE}`]: counts.unreadable };
}
