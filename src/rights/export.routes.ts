import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { TenantContext } from '../platform/context.js';
import { EXPORT_PATH, readExpiry } from './export-link.rules.js';
import type { ExportLinkService } from './export-link.service.js';

/** What the route needs. */
export interface ExportRoutes {
  readonly links: Pick<ExportLinkService, 'open'>;
  /** The context of a tenant; undefined where there is no such tenant. */
  readonly contextOf: (tenantId: string, requestId: string) => Promise<TenantContext | undefined>;
}

interface Route {
  readonly Params: { readonly tenant: string; readonly request: string; readonly file: string };
  readonly Querystring: Readonly<Record<string, unknown>>;
}

/** Exports by signed links. Whatever is wrong with a link, the answer is the same. */
export function registerExportRoutes(server: FastifyInstance, { links, contextOf }: ExportRoutes): void {
  server.get<Route>(`${EXPORT_PATH}/:tenant/:request/:file`, async ({ id, params, query }, reply) => {
    const expires = readExpiry(query.expires);
    const ctx = expires === undefined ? undefined : await contextOf(params.tenant, id);
    const link = { tenantId: params.tenant, requestId: params.request, file: params.file, expires: expires ?? 0 };
    const file = ctx && (await links.open(ctx, link, query.signature));
    if (!file) return reply.status(404).send({ code: 'NOT_FOUND', message: 'This link leads to nothing, or no more.' });
    return reply
      .header(
        'content-type',
        params.file.endsWith('.csv') ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
      )
      .header('content-disposition', `attachment; filename="${params.file}"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(file));
  });
}
