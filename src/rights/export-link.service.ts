import type { AuditTrail } from '../audit/audit-trail.service.js';
import type { TenantContext } from '../platform/context.js';
import { idOf, kindOfId } from '../platform/ids.js';
import { isSameText } from '../platform/same-text.js';
import { blindIndex } from '../platform/seal.js';
import type { ExportFiles } from './export-files.js';
import { type ExportLink, expiryOf, isExportedFile, pathOf } from './export-link.rules.js';
import type { PrivacyRequestStore, StoredRequest } from './privacy-request.store.js';

/** Links to exports: whoever has one fetches the files until it expires, and each fetch is written down. */
export class ExportLinkService {
  constructor(
    private readonly requests: PrivacyRequestStore,
    private readonly files: ExportFiles,
    private readonly witness: Pick<AuditTrail, 'did'>,
  ) {}

  /** A link to what was exported for a demand; null where nothing is, or no more. */
  urlOf(ctx: TenantContext, { _id, exportedUntil, state }: StoredRequest): string | null {
    if (!exportedUntil || exportedUntil <= ctx.now() || state !== 'SUCCEEDED') return null;
    const requestId = idOf(_id);
    const expires = expiryOf(ctx.now(), exportedUntil);
    const link = { tenantId: ctx.tenantId, requestId, file: 'data.json', expires };
    return pathOf(link, signatureOf(ctx, link));
  }

  /** The file that a link leads to; undefined where it is forged, has expired, or nothing is there any more. */
  async open(ctx: TenantContext, link: ExportLink, signature: unknown): Promise<AsyncGenerator<Buffer> | undefined> {
    if (kindOfId(link.requestId) !== 'prq' || !isExportedFile(link.file)) return undefined;
    const isOurs = typeof signature === 'string' && isSameText(signature, signatureOf(ctx, link));
    if (!isOurs || link.expires <= ctx.now().getTime()) return undefined;
    const request = await this.requests.find(ctx, link.requestId);
    const isKept = request?.exportedUntil && request.exportedUntil > ctx.now();
    if (!request || !isKept || !(await this.files.has(ctx, link.requestId, link.file))) return undefined;
    await this.witness.did(ctx, {
      actor: 'link',
      action: 'privacyExportFetched',
      subject: request.profileId,
      details: { request: link.requestId, file: link.file },
    });
    return this.files.read(ctx, link.requestId, link.file);
  }

  remove(ctx: TenantContext, requestId: string): Promise<void> {
    return this.files.remove(ctx, requestId);
  }
}

function signatureOf(ctx: TenantContext, { requestId, expires }: ExportLink): string {
  return blindIndex(ctx.keys, 'privacy-export', requestId, String(expires));
}
