import type { TenantContext } from '../platform/context.js';
import type { Stored, UpdateOperation } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf, keyOf } from '../platform/ids.js';
import { coverToken, uncoverToken } from '../platform/index-token.js';
import type { IndexVersion } from '../platform/index-versions.js';
import type { Claim, Holding } from './claim.entity.js';
import { MOST_HOLDERS } from './claim.rules.js';
import type { ClaimPart } from './claim-forms.rules.js';
import { releaseOf } from './claim-release.rules.js';

/** That an account holds an identifier, from the first to the last time it was seen with it. */
export interface ClaimedHolding extends Holding {
  /** The blinded identifier. */
  readonly key: string;
  readonly accountId: string;
}

/** A claim, with the blinded identifier that it is of. */
export interface KeyedClaim extends ClaimPart {
  readonly key: string;
}

/** A claim as one version of the index key stores it. */
export interface StoredPart extends KeyedClaim {
  readonly _id: string;
}

type Tokens = Pick<Holding, 'name' | 'birthday' | 'unionId'>;

/** How claims are stored under one version of the index key, the one in force by default, and what writes them so. */
export class ClaimForm {
  constructor(
    private readonly ctx: TenantContext,
    private readonly version: IndexVersion = ctx.keys.versions.current,
  ) {}

  /** The stored key of a claim. */
  keyOf(key: string): string {
    return keyOf(this.ctx.tenantId, this.cover(key));
  }

  /** A claim that nobody has made yet. */
  made(key: string, holdings: readonly ClaimedHolding[]): KeyedClaim {
    const holders: Record<string, Holding> = {};
    for (const { accountId, key: _key, ...holding } of holdings.slice(0, MOST_HOLDERS)) holders[accountId] = holding;
    return { key, holders, size: Object.keys(holders).length, isShared: false };
  }

  stored({ key, ...claim }: KeyedClaim): Claim & Stored {
    const holders = Object.entries(claim.holders).map(([id, holding]) => [id, this.covered(holding)] as const);
    return { ...claim, _id: this.keyOf(key), tenantId: this.ctx.tenantId, holders: Object.fromEntries(holders) };
  }

  read({ _id, holders, size, isShared, erasedAt }: Claim & Stored): StoredPart {
    const uncover = (token: string | null) => token && uncoverToken(this.ctx.keys, token);
    const read = Object.entries(holders).map(([id, holding]) => [id, withTokens(holding, uncover)] as const);
    const part = { size, isShared, ...(erasedAt && { erasedAt }) };
    return { _id, key: uncoverToken(this.ctx.keys, idOf(_id)), holders: Object.fromEntries(read), ...part };
  }

  /** New holders of claims that are there; a claim that is full takes none. */
  joining(holdings: readonly ClaimedHolding[], isLetGo = false): UpdateOperation[] {
    const perKey = [...groupBy(holdings, ({ key }) => key).values()].flatMap((own) => own.slice(0, MOST_HOLDERS));
    return perKey.map(({ key, accountId, ...holding }) => ({
      filter: {
        _id: this.keyOf(key),
        size: { $lt: MOST_HOLDERS },
        [`holders.${accountId}`]: { $exists: false },
        ...(isLetGo && { gone: { $ne: accountId } }),
      },
      update: { $set: { [`holders.${accountId}`]: this.covered(holding) }, $inc: { size: 1 } },
    }));
  }

  /** Holders that are there: from an earlier, to a later time; what tells their people is what is said now. */
  extending(holdings: readonly ClaimedHolding[]): UpdateOperation[] {
    return holdings.map(({ key, accountId, from, to, ...tokens }) => {
      const place = `holders.${accountId}`;
      const { name, birthday, unionId } = this.covered(tokens);
      return {
        filter: { _id: this.keyOf(key), [place]: { $exists: true } },
        update: {
          $min: { [`${place}.from`]: from },
          $max: { [`${place}.to`]: to },
          $set: { [`${place}.name`]: name, [`${place}.birthday`]: birthday, [`${place}.unionId`]: unionId },
        },
      };
    });
  }

  /** Holders that are there: from an earlier, to a later time; what tells their people stays. */
  widening(holdings: readonly ClaimedHolding[]): UpdateOperation[] {
    return holdings.map(({ key, accountId, from, to }) => {
      const place = `holders.${accountId}`;
      return {
        filter: { _id: this.keyOf(key), [place]: { $exists: true } },
        update: { $min: { [`${place}.from`]: from }, $max: { [`${place}.to`]: to } },
      };
    });
  }

  /** That accounts are not to come back into claims from where those were stored before. */
  barring(leaving: ReadonlyMap<string, ReadonlySet<string>>): UpdateOperation[] {
    return [...leaving].map(([key, accountIds]) => ({
      filter: { _id: this.keyOf(key) },
      update: {
        $addToSet: { gone: { $each: [...accountIds] } },
        $setOnInsert: { tenantId: this.ctx.tenantId, holders: {}, size: 0, isShared: false },
      },
    }));
  }

  /** Lets one stored claim go of holders; with `erasedAt` a tombstone stays where nobody is left in it. */
  releasing(part: StoredPart, leaving: ReadonlySet<string>, erasedAt: Date | null): UpdateOperation[] {
    const release = releaseOf(part, leaving, erasedAt);
    if (!release) return [];
    const { holders = {}, ...set } = release.set;
    const kept = Object.entries(holders).map(([id, holding]) => [id, this.covered(holding)] as const);
    // a holder who comes in between makes it larger, save where it is full and takes in nobody
    const filter = { _id: part._id, size: part.size };
    return [{ filter, update: { $set: { ...set, holders: Object.fromEntries(kept) } } }];
  }

  private cover(token: string): string {
    return coverToken(this.ctx.keys, token, this.version);
  }

  private covered<T extends Tokens>(holding: T): T {
    return withTokens(holding, (token) => token && this.cover(token));
  }
}

function withTokens<T extends Tokens>(holding: T, to: (token: string | null) => string | null): T {
  const { name, birthday, unionId } = holding;
  return { ...holding, name: to(name), birthday: to(birthday), unionId: to(unionId) };
}
