import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { openBytes, placeOf, sealBytes } from '../platform/seal.js';
import { Download, type DownloadFile, DownloadPiece } from './download.entity.js';
import { boundTo } from './download.rules.js';
import type { DownloadKind } from './download-kind.js';

const COLLECTION = 'download_pieces';
const AFTER = { returnDocument: 'after' } as const;

/** What somebody is making, under the number by which nobody else is. */
export interface Attempt {
  readonly id: string;
  readonly attempt: number;
  readonly expiresAt: Date;
}

/** Where a piece of a file is. */
export interface PiecePlace {
  readonly id: string;
  readonly file: string;
  readonly number: number;
}

/** A piece of a file, opened. */
export interface OpenedPiece {
  readonly clear: Buffer;
  readonly isLast: boolean;
}

/** What is made to be fetched, and the sealed pieces of its files. */
export class DownloadStore {
  constructor(private readonly database: Database) {}

  /** Begins anew, whatever was there: of what an earlier attempt wrote nothing stays. Two commands. */
  async begin(
    ctx: TenantContext,
    { id, ...told }: { readonly id: string; readonly kind: DownloadKind; readonly about: string },
    expiresAt: Date,
  ): Promise<Attempt> {
    const set = { tenantId: ctx.tenantId, ...told, bytes: 0, files: null, createdAt: ctx.now(), expiresAt };
    const begun = await this.database
      .collection(Download)
      .findOneAndUpdate(at(ctx, id) as object, { $set: set, $inc: { attempt: 1 } } as object, {
        ...AFTER,
        upsert: true,
      });
    const { attempt } = begun as unknown as Download;
    await this.removePieces(ctx, id, { $lt: attempt });
    return { id, attempt, expiresAt };
  }

  /** Goes on with what is not whole yet; undefined where it is not there. One command. */
  async goOn(ctx: TenantContext, id: string): Promise<Attempt | undefined> {
    const filter = { ...at(ctx, id), files: null, expiresAt: { $gt: ctx.now() } };
    const found = await this.database
      .collection(Download)
      .findOneAndUpdate(filter as object, { $inc: { attempt: 1 } } as object, AFTER);
    if (!found) return undefined;
    const { attempt, expiresAt } = found as unknown as Download;
    return { id, attempt, expiresAt };
  }

  /** Notes how much there is; false where somebody else is making it by now, or it was deleted. One command. */
  advance(ctx: TenantContext, attempt: Attempt, bytes: number): Promise<boolean> {
    return this.change(ctx, attempt, { bytes });
  }

  /** Notes that it is whole; false as `advance`. One command. */
  finish(ctx: TenantContext, attempt: Attempt, files: readonly DownloadFile[]): Promise<boolean> {
    return this.change(ctx, attempt, { files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) });
  }

  /** Keeps a piece, unless a later attempt has. One command. */
  async put(ctx: TenantContext, made: Attempt, place: PiecePlace, { clear, isLast }: OpenedPiece): Promise<void> {
    const _id = keyOfPiece(ctx, place);
    const sealed = sealBytes(ctx.keys.data, placeOf(COLLECTION, _id, boundTo({ isLast })), clear);
    const { id: downloadId, attempt, expiresAt } = made;
    const update = { $set: { tenantId: ctx.tenantId, downloadId, attempt, sealed, isLast, expiresAt } };
    await this.database.upsertEach(DownloadPiece, [{ filter: { _id, attempt: { $lte: attempt } }, update }]);
  }

  /** A piece, opened; undefined where there is none. One command. */
  async piece(ctx: TenantContext, place: PiecePlace): Promise<OpenedPiece | undefined> {
    const [found] = await this.database.findByKeys(DownloadPiece, [keyOfPiece(ctx, place)]);
    if (!found) return undefined;
    const { _id, sealed, isLast } = found;
    return { clear: openBytes(ctx.keys.data, placeOf(COLLECTION, _id, boundTo({ isLast })), sealed), isLast };
  }

  /** What is there under an id, unless it has expired. One command. */
  async find(ctx: TenantContext, id: string): Promise<(Download & Stored) | undefined> {
    const [found] = await this.database.findByKeys(Download, [keyOf(ctx.tenantId, id)]);
    return found && found.expiresAt > ctx.now() ? found : undefined;
  }

  /** All of a kind that a tenant has, whole or not. One command. */
  async ofKind({ tenantId }: TenantContext, kind: DownloadKind): Promise<(Download & Stored)[]> {
    const found = this.database.collection(Download).find({ tenantId, kind } as object);
    return (await found.toArray()) as unknown as (Download & Stored)[];
  }

  /** Deletes what is under an id: first what leads to it, by which whoever is making it sees that it is of no use. Two commands. */
  async remove(ctx: TenantContext, id: string): Promise<void> {
    await this.database.deleteMany(Download, at(ctx, id));
    await this.database.deleteMany(DownloadPiece, { tenantId: ctx.tenantId, downloadId: id });
  }

  /** As `remove`, unless a later attempt goes on with what this one has left. Three commands at most. */
  async discard(ctx: TenantContext, { id, attempt }: Attempt): Promise<void> {
    const wasOurs = (await this.database.deleteMany(Download, { ...at(ctx, id), attempt })) === 1;
    if (wasOurs || !(await this.find(ctx, id))) await this.removePieces(ctx, id, { $lte: attempt });
  }

  private async removePieces({ tenantId }: TenantContext, downloadId: string, attempt: object): Promise<void> {
    await this.database.deleteMany(DownloadPiece, { tenantId, downloadId, attempt });
  }

  private async change(ctx: TenantContext, { id, attempt }: Attempt, values: Partial<Download>): Promise<boolean> {
    const operation = { filter: { ...at(ctx, id), attempt }, update: { $set: values } };
    return (await this.database.updateMany(Download, [operation])) === 1;
  }
}

function at({ tenantId }: TenantContext, id: string): { readonly _id: string } {
  return { _id: keyOf(tenantId, id) };
}

function keyOfPiece({ tenantId }: TenantContext, { id, file, number }: PiecePlace): string {
  return keyOf(tenantId, `${id}:${file}:${String(number).padStart(6, '0')}`);
}
