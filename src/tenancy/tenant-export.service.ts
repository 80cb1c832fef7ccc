import { z } from 'zod';
import type { DownloadInMaking, DownloadService } from '../downloads/download.service.js';
import { DownloadKind } from '../downloads/download-kind.js';
import type { FileInMaking } from '../downloads/file-in-making.js';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import { isGoneOnWith } from '../jobs/job-stopped.js';
import type { TenantContext } from '../platform/context.js';
import { asUnavailable } from '../platform/database.js';
import { collectionOf } from '../platform/entity.js';
import { hasCode } from '../platform/errors.js';
import type { OpenedCollection } from '../platform/opened-rows.js';
import {
  behindCollection,
  countsOf,
  type ExportPlace,
  fileOf,
  firstPlace,
  lineOf,
  manifestOf,
} from './tenant-export.rules.js';
import { TENANT_EXPORT_DECISIONS } from './tenant-export-decisions.js';
import type { TenantRowsStore } from './tenant-rows.store.js';

/** The kind of the job; exportTenant starts it. */
export const TENANT_EXPORT = 'export-tenant';
/** The file that tells of the others. */
export const MANIFEST = 'manifest.json';

/**
 * Writes all that is stored of a tenant, opened with its keys, to be fetched by its own people: a file of lines of JSON for
 * each collection, and a manifest. Whoever takes it over goes on behind the last piece that is kept. An earlier export of
 * the tenant goes when another begins.
 */
export class TenantExportService implements JobKind<Record<string, never>> {
  readonly kind = TENANT_EXPORT;
  readonly permission = 'tenants:manage';
  readonly reading = 'tenants:manage';
  readonly parameters = z.strictObject({});

  constructor(
    private readonly rows: TenantRowsStore,
    private readonly collections: readonly OpenedCollection[],
    private readonly downloads: DownloadService,
  ) {}

  async run(ctx: TenantContext, _parameters: Record<string, never>, job: JobRun): Promise<Record<string, unknown>> {
    const { made, place } = await this.begin(ctx, job);
    try {
      return await this.write(made, place, job);
    } catch (error) {
      if (!isGoneOnWith(job.signal) && !hasCode(asUnavailable(error), 'SERVICE_UNAVAILABLE'))
        await made.discard().catch(() => undefined);
      throw error;
    }
  }

  private async begin(ctx: TenantContext, job: JobRun): Promise<{ made: DownloadInMaking; place: ExportPlace }> {
    const told = { id: exportIdOf(job.id), kind: DownloadKind.TENANT };
    const place = job.checkpoint as ExportPlace | null;
    const made = place && (await this.downloads.goOn(ctx, { ...told, bytes: place.bytes }));
    if (place && made) return { made, place };
    await this.downloads.removeOthers(ctx, DownloadKind.TENANT, told.id);
    return {
      made: await this.downloads.begin(ctx, { ...told, about: ctx.tenantId }),
      place: firstPlace(ctx.now()),
    };
  }

  private async write(made: DownloadInMaking, begun: ExportPlace, job: JobRun): Promise<Record<string, unknown>> {
    let place = begun;
    for (const collection of this.collections.slice(begun.at)) {
      place = await this.writeCollection(made, collection, place, job);
      await job.save(place, place.at / this.collections.length);
    }
    const { tenantId } = await job.context();
    const file = made.file(MANIFEST);
    await file.write(manifestOf(tenantId, place, leftOut()));
    const manifest = await file.close();
    await made.finish([manifest, ...place.files]);
    return {
      id: made.id,
      counts: countsOf(place.files),
      unreadable: place.unreadable,
      bytes: place.bytes + manifest.bytes,
      sha256: manifest.sha256,
      expiresAt: made.expiresAt.toISOString(),
    };
  }

  private async writeCollection(
    made: DownloadInMaking,
    collection: OpenedCollection,
    begun: ExportPlace,
    job: JobRun,
  ): Promise<ExportPlace> {
    const name = fileOf(collectionOf(collection.type).collection);
    const file = begun.pieces > 0 ? await made.fileBehind(name, begun.pieces) : made.file(name);
    const pieces = this.rows.piecesBehind(await job.context(), collection.type, begun.after);
    let reached = begun;
    for await (const rows of pieces) {
      const opened = await collection.open(await job.context(), rows);
      for (const { key, told, isOpen } of opened) {
        const unreadable = reached.unreadable + (isOpen ? 0 : 1);
        reached = { ...reached, after: key, rows: reached.rows + 1, unreadable };
        if (await file.write(lineOf(told))) await this.keep(reached, begun, file, job);
      }
      job.signal.throwIfAborted();
    }
    return behindCollection(reached, { ...(await file.close()), rows: reached.rows });
  }

  /** A place to go on from: with this row a piece was kept. */
  private async keep(reached: ExportPlace, begun: ExportPlace, file: FileInMaking, job: JobRun): Promise<void> {
    const whole = begun.files.reduce((sum, { bytes }) => sum + bytes, 0);
    const place = { ...reached, pieces: file.pieces, bytes: whole + file.bytes };
    await job.save(place, begun.at / this.collections.length);
  }
}

/** The id of what a job exports. */
function exportIdOf(jobId: string): string {
  return jobId.replace(/^job_/, 'exp_');
}

function leftOut(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(TENANT_EXPORT_DECISIONS).flatMap(([name, decided]) =>
      decided === 'EXPORTED' ? [] : [[name, decided.leftOut]],
    ),
  );
}
