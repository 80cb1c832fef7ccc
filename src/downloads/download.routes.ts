import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { TenantContext } from '../platform/context.js';
import { DOWNLOAD_PATH, mediaTypeOf, readExpiry } from './download.rules.js';
import type { DownloadService } from './download.service.js';

/** What the route needs. */
export interface DownloadRoutes {
  readonly downloads: Pick<DownloadService, 'open'>;
  /** The context of a tenant; undefined where it is not served, or is not there. */
  readonly contextOf: (tenantId: string, requestId: string) => Promise<TenantContext | undefined>;
}

interface Route {
  readonly Params: { readonly tenant: string; readonly download: string; readonly file: string };
  readonly Querystring: Readonly<Record<string, unknown>>;
}

/** Files by signed links. Whatever is wrong with a link, the answer is the same. */
export function registerDownloadRoutes(server: FastifyInstance, { downloads, contextOf }: DownloadRoutes): void {
  server.get<Route>(`${DOWNLOAD_PATH}/:tenant/:download/:file`, async ({ id, params, query }, reply) => {
    const { tenant, download, file } = params;
    const expires = readExpiry(query.expires);
    const ctx = expires === undefined ? undefined : await contextOf(tenant, id);
    const link = { tenantId: tenant, downloadId: download, file, expires: expires ?? 0 };
    const pieces = ctx && (await downloads.open(ctx, link, query.signature));
    if (!pieces)
      return reply.status(404).send({ code: 'NOT_FOUND', message: 'This link leads to nothing, or no more.' });
    return reply
      .type(mediaTypeOf(file))
      .header('content-disposition', `attachment; filename="${file}"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(pieces));
  });
}
