import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { TenantContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
import { kindOfId } from '../platform/ids.js';
import type { AnonymousTableService } from './anonymous-table.service.js';

/** What the address needs. */
export interface AnonymousTableRoutes {
  readonly tables: AnonymousTableService;
  /** The context of a tenant; undefined where it is not served, or is not there. */
  readonly contextOf: (tenantId: string, requestId: string) => Promise<TenantContext | undefined>;
  /** Has it written down that a table was fetched, before it is sent. */
  readonly audit: (ctx: TenantContext, tableId: string) => Promise<void>;
}

interface Asked {
  readonly Params: { readonly tenant: string; readonly table: string };
  readonly Querystring: Readonly<Record<string, unknown>>;
}

/** `GET /exports/anonymous/{tenant}/{table}`: an anonymous table as CSV, for who has its signed link. */
export function registerAnonymousTableRoutes(server: FastifyInstance, deps: AnonymousTableRoutes): void {
  server.get<Asked>('/exports/anonymous/:tenant/:table', async ({ params, query, id }, reply) => {
    const { tenant, table: tableId } = params;
    const { expires, signature } = query;
    const isLink = kindOfId(tableId) === 'tbl' && typeof expires === 'string' && typeof signature === 'string';
    if (!isLink) throw notFound('The table');
    const ctx = await deps.contextOf(tenant, id);
    if (!ctx) throw notFound('The table'); // as for a link that is not ours
    const parts = await deps.tables.read(ctx, { tableId, expires, signature });
    await deps.audit(ctx, tableId);
    return reply
      .type('text/csv; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${tableId}.csv"`)
      .send(Readable.from(parts));
  });
}
