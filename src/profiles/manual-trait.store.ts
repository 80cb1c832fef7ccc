import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { Attribute, Collection } from '../platform/entity.js';
import { idOf, keyOf, ulid } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { latestManual } from './manual-trait.rules.js';
import type { ManualTrait } from './traits.entity.js';

const PIECE = 200;

/** A trait that a person set, as a fact of its own: append-only, anchored to an account so that it follows that account. */
@Collection({ collection: 'manual_traits', indexes: [{ keys: { tenantId: 1, accountId: 1, at: -1 } }] })
export class ManualTraitFact {
  @Attribute(() => String, { hidden: true, description: 'tenant:mtr_ULID' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  accountId!: string;

  @Attribute(() => String, { hidden: true })
  trait!: string;

  @Attribute(() => Buffer, { hidden: true, description: 'The value and the reason, sealed under the tenant key.' })
  sealed!: Buffer;

  @Attribute(() => String, { hidden: true })
  actor!: string;

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}

/** What a person set. */
export interface ManualTraitInput {
  readonly accountId: string;
  readonly trait: string;
  readonly value: unknown;
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
}

/** The collection of manual traits. */
export class ManualTraitStore {
  constructor(private readonly database: Database) {}

  /** Appends a fact. */
  async append(ctx: TenantContext, { value, reason, ...fact }: ManualTraitInput): Promise<void> {
    const _id = keyOf(ctx.tenantId, `mtr_${ulid(fact.at)}`);
    const sealed = sealJson(ctx.keys.data, placeOf('manual_traits', _id, fact.accountId), { value, reason });
    await this.database.insertNew(ManualTraitFact, [
      { _id, tenantId: ctx.tenantId, ...fact, sealed } as ManualTraitFact & Stored,
    ]);
  }

  /** All facts of these accounts, in clear: one cursor. */
  async *all(ctx: TenantContext, accountIds: readonly string[]): AsyncGenerator<ManualTraitInput & { id: string }> {
    const found = this.database
      .collection(ManualTraitFact)
      .find(ofAccounts(ctx, accountIds) as object, { batchSize: PIECE });
    for await (const fact of found as unknown as AsyncIterable<ManualTraitFact>) {
      const { _id, trait, accountId, actor, at, sealed } = fact;
      const said = openJson(ctx.keys.data, placeOf('manual_traits', _id, accountId), sealed);
      yield { id: idOf(_id), trait, accountId, actor, at, ...(said as { value: unknown; reason: string }) };
    }
  }

  /** How many facts these accounts have. One command. */
  count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    return this.database.collection(ManualTraitFact).countDocuments(ofAccounts(ctx, accountIds) as object);
  }

  /** Deletes the facts of these accounts. One command. */
  async erase(ctx: TenantContext, accountIds: readonly string[]): Promise<void> {
    await this.database.deleteMany(ManualTraitFact, ofAccounts(ctx, accountIds));
  }

  /** The last fact for each trait of these accounts, the 200 set last. One command, whose answer is read in pieces. */
  async findByAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<ManualTrait[]> {
    const found = this.database
      .collection(ManualTraitFact)
      .find(ofAccounts(ctx, accountIds) as object, { batchSize: PIECE });
    let latest: ManualTrait[] = [];
    for await (const piece of piecesOf(found, PIECE)) {
      latest = latestManual([...latest, ...piece.map((fact) => toTrait(ctx, fact as unknown as ManualTraitFact))]);
    }
    return latest;
  }
}

function ofAccounts({ tenantId }: TenantContext, accountIds: readonly string[]): Record<string, unknown> {
  return { tenantId, accountId: { $in: [...accountIds] } };
}

function toTrait(ctx: TenantContext, { _id, trait, accountId, at, sealed }: ManualTraitFact): ManualTrait {
  const { value } = openJson(ctx.keys.data, placeOf('manual_traits', _id, accountId), sealed) as { value: unknown };
  return { trait, value, accountId, at };
}
