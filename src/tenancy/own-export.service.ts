import type { DownloadService } from '../downloads/download.service.js';
import { DownloadKind } from '../downloads/download-kind.js';
import type { RequestContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { MANIFEST } from './tenant-export.service.js';
import type { TenantExport } from './tenant-export.view.js';

/** Shows a tenant's own people what was exported of it. */
export class OwnExportService {
  constructor(private readonly downloads: Pick<DownloadService, 'newest' | 'linkTo'>) {}

  /** The newest export of the caller's tenant, with a link for who sees all values in clear; null where there is none. */
  async find(ctx: RequestContext): Promise<TenantExport | null> {
    const found = await this.downloads.newest(ctx, DownloadKind.TENANT);
    if (!found) return null;
    const { _id, createdAt, expiresAt, bytes, files } = found;
    const id = idOf(_id);
    const url = ctx.access.unseen.size === 0 ? this.downloads.linkTo(ctx, id, MANIFEST, expiresAt) : null;
    const shown = (files ?? []).map((file) => ({ ...file, rows: file.rows ?? null }));
    return { id, createdAt, expiresAt, bytes, files: shown, url };
  }
}
