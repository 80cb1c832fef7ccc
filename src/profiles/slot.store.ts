import type { TenantContext } from '../platform/context.js';
import type { Database, UpdateOperation } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import type { Redirect } from './parting.rules.js';
import { Profile } from './profile.entity.js';
import { newRevision, type StoredProfile, toDocument } from './profile-document.js';
import type { ProfileState } from './profile-state.js';

const PIECE = 500;
const SHOWN = { _id: 1, mergedInto: 1, revision: 1, wasProfile: 1, seniority: 1 } as const;
const LISTED = { _id: 1, createdAt: 1, accountsLeftOut: 1 } as const;
const LISTED_AT_ONCE = 100;
const REDIRECT_ONLY = { mergedInto: '', intoLife: '', wasProfile: '' } as const;

/** A place in the list of a tenant's living profiles: behind this one. */
export interface ProfilePlace {
  readonly id: string;
  readonly createdAt: Date;
}

/** A profile that lives. */
export interface LivingProfile extends ProfilePlace {
  /** Whether it has more accounts than it holds copies of. */
  readonly isLarge: boolean;
}

/** A redirect that is to lead to a profile, in the life that this one has. */
export interface Leading {
  readonly slot: Redirect;
  readonly into: string;
  readonly life: string | undefined;
}

/** A profile as it stands, by the token of its last write. */
export interface Written {
  readonly id: string;
  readonly revision: string;
}

/**
 * The slots of accounts in the collection of profiles, one by one: where they lead, and what leading them elsewhere
 * needs. Each is written where it is still what was read, and each write gives it a new revision.
 */
export class SlotStore {
  constructor(private readonly database: Database) {}

  /** The redirects of these ids; what lives, or is not there, is left out. One command. */
  async redirects(ctx: TenantContext, ids: readonly string[]): Promise<Redirect[]> {
    const keys = ids.map((id) => keyOf(ctx.tenantId, id));
    const found = await this.database.findByKeys(Profile, keys, SHOWN);
    return found.flatMap((stored) => redirectOf(stored as StoredProfile));
  }

  /** All redirects that lead to a profile directly: one cursor. */
  async *leadingTo(ctx: TenantContext, id: string): AsyncGenerator<Redirect> {
    const filter = { tenantId: ctx.tenantId, mergedInto: keyOf(ctx.tenantId, id) };
    for await (const stored of this.find(filter)) yield* redirectOf(stored);
  }

  /**
   * The living profiles of a tenant, those founded last first, from the one after a place on: one cursor, of ids alone. A
   * merge moves a profile on in that order and never back, so who goes through all misses none.
   */
  async *livingAfter(ctx: TenantContext, place: ProfilePlace | null): AsyncGenerator<LivingProfile> {
    const founded = { $gt: new Date(0), ...(place && { $lte: place.createdAt }) };
    const found = this.database
      .collection(Profile)
      .find({ tenantId: ctx.tenantId, createdAt: founded } as object, { projection: LISTED, batchSize: LISTED_AT_ONCE })
      .sort({ createdAt: -1, _id: -1 });
    for await (const { _id, createdAt, accountsLeftOut = false } of found as unknown as AsyncIterable<StoredProfile>) {
      const id = idOf(_id);
      const isPassed = place && createdAt.getTime() === place.createdAt.getTime() && id >= place.id;
      if (!isPassed) yield { id, createdAt, isLarge: accountsLeftOut };
    }
  }

  /** How many living profiles a tenant has: for jobs, since it reads all of an index. */
  countLiving(ctx: TenantContext): Promise<number> {
    const filter = { tenantId: ctx.tenantId, createdAt: { $gt: new Date(0) } };
    return this.database.collection(Profile).countDocuments(filter as object);
  }

  /** Lets what leads to a profile by way of others, which were profiles before, lead to it directly. */
  async straighten(ctx: TenantContext, id: string, life: string | undefined): Promise<void> {
    const filter = { tenantId: ctx.tenantId, mergedInto: keyOf(ctx.tenantId, id), wasProfile: true };
    for (let isCrooked = true; isCrooked; ) {
      isCrooked = false;
      for await (const piece of piecesOf(this.find(filter), PIECE)) {
        const between = { tenantId: ctx.tenantId, mergedInto: { $in: piece.map(({ _id }) => _id) } };
        for await (const behind of piecesOf(this.find(between), PIECE)) {
          const slots = behind.flatMap(redirectOf);
          await this.lead(
            ctx,
            slots.map((slot) => ({ slot, into: id, life })),
          );
          isCrooked = true;
        }
      }
    }
  }

  /** Leads redirects elsewhere; false where one of them is no longer what was read. A command for 500 of them. */
  async lead(ctx: TenantContext, moves: readonly Leading[]): Promise<boolean> {
    const revision = newRevision();
    const operations = moves.map(({ slot, into, life = null }) => ({
      filter: asRead(ctx, slot),
      update: { $set: { mergedInto: keyOf(ctx.tenantId, into), intoLife: life, revision } },
    }));
    return this.updateAll(operations);
  }

  /** Lets redirects be profiles (again), each in a life of its own; false where one of them is no longer what was read. */
  revive(
    ctx: TenantContext,
    revived: readonly { readonly slot: Redirect; readonly state: ProfileState; readonly life: string }[],
    revision: string,
  ): Promise<boolean> {
    const operations = revived.map(({ slot, state, life }) => {
      const { _id, ...document } = toDocument(ctx, state, revision);
      return { filter: asRead(ctx, slot), update: { $set: { ...document, life }, $unset: REDIRECT_ONLY } };
    });
    return this.updateAll(operations);
  }

  /** Marks a profile as being parted, where it is still what was read. One command. */
  mark(ctx: TenantContext, { id, revision }: Written, parting: readonly string[], next: string): Promise<boolean> {
    const update = { $set: { parting: [...parting], parted: true, revision: next } };
    return this.updateAll([{ filter: { _id: keyOf(ctx.tenantId, id), revision }, update }]);
  }

  /** Marks a profile that forgets whom it was about to absorb, where it is still what was read. One command. */
  giveUp(ctx: TenantContext, { id, revision }: Written, parting: readonly string[]): Promise<boolean> {
    const update = { $set: { absorbing: [], parting: [...parting], parted: true, revision: newRevision() } };
    return this.updateAll([{ filter: { _id: keyOf(ctx.tenantId, id), revision }, update }]);
  }

  /** Gives profiles that are still what was read a new revision, so that who read them before is overtaken; false where one is not. */
  touch(ctx: TenantContext, read: readonly Written[], next: string): Promise<boolean> {
    return this.updateAll(
      read.map(({ id, revision }) => ({
        filter: { _id: keyOf(ctx.tenantId, id), revision },
        update: { $set: { revision: next } },
      })),
    );
  }

  /** Clears the marks of a profile that is still what was read. One command. */
  clear(ctx: TenantContext, { id, revision }: Written): Promise<boolean> {
    const update = { $set: { parting: [], revision: newRevision() } };
    return this.updateAll([{ filter: { _id: keyOf(ctx.tenantId, id), revision }, update }]);
  }

  private async updateAll(operations: readonly UpdateOperation[]): Promise<boolean> {
    let matched = 0;
    for await (const piece of piecesOf(operations, PIECE)) matched += await this.database.updateMany(Profile, piece);
    return matched === operations.length;
  }

  private find(filter: object): AsyncIterable<StoredProfile> {
    const options = { projection: SHOWN, batchSize: PIECE };
    return this.database.collection(Profile).find(filter as object, options) as unknown as AsyncIterable<StoredProfile>;
  }
}

function redirectOf({ _id, mergedInto, revision, wasProfile = false, seniority }: StoredProfile): Redirect[] {
  return mergedInto ? [{ id: idOf(_id), mergedInto: idOf(mergedInto), revision, wasProfile, seniority }] : [];
}

function asRead(ctx: TenantContext, { id, mergedInto, revision }: Redirect) {
  return { _id: keyOf(ctx.tenantId, id), mergedInto: keyOf(ctx.tenantId, mergedInto), revision };
}
