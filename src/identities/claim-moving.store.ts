import type { BlindedCollection } from '../platform/blinded.js';
import type { TenantContext } from '../platform/context.js';
import type { Database, Stored, UpdateOperation } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf } from '../platform/ids.js';
import { isCurrentForm } from '../platform/index-token.js';
import { ofTenant, type StoredRow } from '../platform/tenant-documents.js';
import { Claim } from './claim.entity.js';
import { MOST_HOLDERS } from './claim.rules.js';
import { type ClaimedHolding, ClaimForm, type StoredPart } from './claim-form.js';

const TOMBSTONE_ONLY = { size: 0 } as const;

/**
 * Moves claims to the version of the index key in force. A claim is filed anew before it is deleted where it was, and who
 * reads looks there first. What it let go of meanwhile is barred from coming back, and one that has become a tombstone
 * meanwhile is not deleted, but moved by the next pass.
 */
export class ClaimMovingStore implements BlindedCollection {
  readonly type = Claim;

  constructor(private readonly database: Database) {}

  tokensOf(row: StoredRow): string[] {
    const { _id, holders } = row as unknown as Claim & Stored;
    const ofPeople = Object.values(holders).flatMap(({ name, birthday, unionId }) => [name, birthday, unionId]);
    return [idOf(_id), ...ofPeople.filter((token) => token !== null)];
  }

  /** Four commands, and one for each size that the claims have. */
  async renew(ctx: TenantContext, rows: readonly StoredRow[]): Promise<void> {
    const form = new ClaimForm(ctx);
    const [staying, moving] = [true, false].map((stays) =>
      rows
        .filter(({ _id }) => isCurrentForm(ctx.keys, idOf(_id)) === stays)
        .map((row) => form.read(row as unknown as Claim & Stored)),
    ) as [StoredPart[], StoredPart[]];
    await this.database.updateMany(
      Claim,
      staying.flatMap((part) => form.extending(holdingsOf(part))),
    );
    const there = await this.database.insertNew(
      Claim,
      moving.map(({ _id, ...claim }) => form.stored(claim)),
    );
    const known = moving.filter(({ key }) => there.has(form.keyOf(key)));
    const holdings = known.flatMap(holdingsOf);
    const said = [
      ...form.joining(holdings, true),
      ...form.widening(holdings),
      ...known.flatMap((part) => filling(form, part)),
    ];
    await this.database.updateMany(Claim, said);
    for (const [size, own] of groupBy(moving, (part) => part.size)) {
      await this.database.deleteMany(Claim, { _id: { $in: own.map(({ _id }) => _id) }, size });
    }
  }

  async settle(ctx: TenantContext): Promise<void> {
    const barring = { ...ofTenant(ctx), gone: { $exists: true } };
    await this.database.collection(Claim).updateMany(barring as object, { $unset: { gone: '' } } as object);
  }
}

function holdingsOf({ key, holders }: StoredPart): ClaimedHolding[] {
  return Object.entries(holders).map(([accountId, holding]) => ({ key, accountId, ...holding }));
}

/** A claim that was full stays full, one that people were found to share stays shared, and a tombstone stays where nobody has come. */
function filling(form: ClaimForm, { key, size, isShared, erasedAt }: StoredPart): UpdateOperation[] {
  const _id = form.keyOf(key);
  if (erasedAt) return [{ filter: { _id, ...TOMBSTONE_ONLY }, update: { $set: { size: MOST_HOLDERS, erasedAt } } }];
  const full = size >= MOST_HOLDERS ? [{ filter: { _id }, update: { $max: { size: MOST_HOLDERS } } }] : [];
  return [...full, ...(isShared ? [{ filter: { _id }, update: { $set: { isShared } } }] : [])];
}
