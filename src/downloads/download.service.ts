import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { idOf } from '../platform/ids.js';
import { coverToken, formsOf } from '../platform/index-token.js';
import { isSameText } from '../platform/same-text.js';
import { blindIndex } from '../platform/seal.js';
import type { Download, DownloadFile } from './download.entity.js';
import { type DownloadLink, expiryOf, isFileName, pathOf } from './download.rules.js';
import type { Attempt, DownloadStore } from './download.store.js';
import { DOWNLOAD_LIMITS, type DownloadKind } from './download-kind.js';
import { FileInMaking } from './file-in-making.js';

const HOUR_MS = 3_600_000;

/** Has it written down, before it is sent, that a file was fetched. */
export interface FetchWitness {
  did(
    ctx: TenantContext,
    deed: {
      readonly actor: string;
      readonly action: string;
      readonly subject: string;
      readonly details: Readonly<Record<string, string>>;
    },
  ): Promise<void>;
}

/** What is being made to be fetched. */
export interface DownloadInMaking {
  readonly id: string;
  readonly expiresAt: Date;
  /** Begins a file. */
  file(name: string): FileInMaking;
  /** Goes on with a file of which an earlier attempt has kept so many pieces. */
  fileBehind(name: string, pieces: number): Promise<FileInMaking>;
  /** Lets it be fetched. */
  finish(files: readonly DownloadFile[]): Promise<void>;
  /** Deletes it, unless somebody else has begun it anew. */
  discard(): Promise<void>;
}

/** What is made by the product for people to fetch: kept sealed, bounded, until it expires, and given to who has the link. */
export class DownloadService {
  constructor(
    private readonly store: DownloadStore,
    private readonly witness: FetchWitness,
    private readonly limits = DOWNLOAD_LIMITS,
  ) {}

  /** Begins anew, under an id. CONFLICT where the tenant keeps too much of the kind already. */
  async begin(ctx: TenantContext, told: Pick<Download, 'kind' | 'about'> & { id: string }): Promise<DownloadInMaking> {
    const { all, hours } = this.limits[told.kind];
    const kept = (await this.store.ofKind(ctx, told.kind)).filter(({ _id }) => idOf(_id) !== told.id);
    if (kept.reduce((sum, { bytes }) => sum + bytes, 0) > all)
      throw new AppError('CONFLICT', 'Too much is kept to be fetched already; wait until some of it has expired.');
    const expiresAt = new Date(ctx.now().getTime() + hours * HOUR_MS);
    return this.inMaking(ctx, told.kind, await this.store.begin(ctx, told, expiresAt), 0);
  }

  /** Goes on with what is not whole yet and comes to so much in closed files; undefined where it is not there any more. */
  async goOn(
    ctx: TenantContext,
    { id, kind, bytes }: { readonly id: string; readonly kind: DownloadKind; readonly bytes: number },
  ): Promise<DownloadInMaking | undefined> {
    const attempt = await this.store.goOn(ctx, id);
    return attempt && this.inMaking(ctx, kind, attempt, bytes);
  }

  /** What is there to be fetched under an id. */
  async find(ctx: TenantContext, id: string): Promise<Download | undefined> {
    const found = await this.store.find(ctx, id);
    return found?.files ? found : undefined;
  }

  /** The newest of a kind that is there to be fetched. */
  async newest(ctx: TenantContext, kind: DownloadKind): Promise<Download | undefined> {
    const whole = (await this.store.ofKind(ctx, kind)).filter(({ files, expiresAt }) => files && expiresAt > ctx.now());
    return whole.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
  }

  /** How many of a kind there are, whole or not. */
  async count(ctx: TenantContext, kind: DownloadKind): Promise<number> {
    return (await this.store.ofKind(ctx, kind)).length;
  }

  /** A link to a file that is kept until a moment, and to those beside it; it is relative to the address of the API. */
  linkTo(ctx: TenantContext, downloadId: string, file: string, keptUntil: Date): string {
    const link = { tenantId: ctx.tenantId, downloadId, file, expires: expiryOf(ctx.now(), keptUntil) };
    return pathOf(link, coverToken(ctx.keys, signedOf(ctx, link)));
  }

  /** The file that a link leads to; undefined where it is forged, has expired, or nothing is there any more. */
  async open(ctx: TenantContext, link: DownloadLink, signature: unknown): Promise<AsyncGenerator<Buffer> | undefined> {
    const { downloadId: id, file } = link;
    const isOurs =
      typeof signature === 'string' && signaturesOf(ctx, link).some((right) => isSameText(signature, right));
    if (!isOurs || link.expires <= ctx.now().getTime() || !isFileName(file)) return undefined;
    const found = await this.find(ctx, id);
    if (!found?.files?.some(({ name }) => name === file)) return undefined;
    const { kind, about: subject } = found;
    const details = { download: id, kind, file };
    await this.witness.did(ctx, { actor: 'link', action: 'downloadFetched', subject, details });
    return this.pieces(ctx, id, file);
  }

  /** Deletes what is under an id, also where it is being made. */
  remove(ctx: TenantContext, id: string): Promise<void> {
    return this.store.remove(ctx, id);
  }

  /** Deletes all of a kind, also what is being made, save what is under an id. */
  async removeOthers(ctx: TenantContext, kind: DownloadKind, id: string | null): Promise<void> {
    for (const { _id } of await this.store.ofKind(ctx, kind)) {
      if (idOf(_id) !== id) await this.store.remove(ctx, idOf(_id));
    }
  }

  private inMaking(ctx: TenantContext, kind: DownloadKind, attempt: Attempt, before: number): DownloadInMaking {
    const { id, expiresAt } = attempt;
    let total = before;
    const file = (name: string) =>
      new FileInMaking(name, async (number, clear, isLast) => {
        total += clear.length;
        if (total > this.limits[kind].each)
          throw new AppError('CONFLICT', 'There is more than can be fetched at once.');
        if (!(await this.store.advance(ctx, attempt, total))) throw overtaken();
        await this.store.put(ctx, attempt, { id, file: name, number }, { clear, isLast });
      });
    return {
      id,
      expiresAt,
      file,
      fileBehind: async (name, pieces) => {
        const made = file(name);
        await made.goOnBehind(this.pieces(ctx, id, name, pieces));
        return made;
      },
      finish: async (files) => {
        if (!(await this.store.finish(ctx, attempt, files))) throw overtaken();
      },
      discard: () => this.store.discard(ctx, attempt),
    };
  }

  /** The first pieces of a file, or all. Throws where one is not there. */
  private async *pieces(ctx: TenantContext, id: string, file: string, most = Number.MAX_SAFE_INTEGER) {
    for (let number = 0; number < most; number += 1) {
      const piece = await this.store.piece(ctx, { id, file, number });
      if (!piece) throw new Error(`Piece ${number} of ${file} of ${id} is not there.`);
      yield piece.clear;
      if (piece.isLast) return;
    }
  }
}

function overtaken(): AppError {
  return new AppError(
    'CONFLICT',
    'What was being made to be fetched was deleted, or is being made by another process.',
  );
}

/** Under each version of the index key that links may have been given out under. */
function signaturesOf(ctx: TenantContext, link: DownloadLink): string[] {
  return formsOf(ctx.keys, signedOf(ctx, link));
}

function signedOf({ keys }: TenantContext, { downloadId, expires }: DownloadLink): string {
  return blindIndex(keys, 'download', downloadId, String(expires));
}
