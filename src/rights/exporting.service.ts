import type { DownloadFile } from '../downloads/download.entity.js';
import type { DownloadInMaking, DownloadService } from '../downloads/download.service.js';
import { DownloadKind } from '../downloads/download-kind.js';
import type { JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { headLine, rowLine } from './csv-export.rules.js';
import type { ExportedSection, PersonExportService } from './person-export.service.js';
import type { Met, StoredRequest } from './privacy-request.store.js';

const ROWS_BETWEEN_LOOKS = 500;

/** What is exported of whom, and by which run of the job. */
interface Exported {
  readonly made: DownloadInMaking;
  readonly root: string;
  readonly job: JobRun;
}

/** Writes all that is stored about a person into files: one of JSON, and one of CSV for each collection. */
export class ExportingService {
  constructor(
    private readonly exports: PersonExportService,
    private readonly downloads: DownloadService,
  ) {}

  /** Exports, or counts what would be. It is begun anew where a process stopped: of what it left nothing stays. */
  async meet(request: StoredRequest, job: JobRun): Promise<Met> {
    const ctx = await job.context();
    const root = await this.exports.rootOf(ctx, request.profileId);
    if (request.dryRun) return { counts: await this.count(ctx, root, job) };
    const told = { id: idOf(request._id), kind: DownloadKind.PERSON, about: request.profileId };
    const made = await this.downloads.begin(ctx, told);
    const counts = await this.writeOrDiscard(ctx, { made, root, job });
    return { counts, exportedUntil: made.expiresAt };
  }

  /** Where it fails, nothing of it stays; where even that can't be done, it expires. */
  private async writeOrDiscard(ctx: TenantContext, exported: Exported): Promise<Record<string, number>> {
    try {
      return await this.write(ctx, exported);
    } catch (error) {
      await exported.made.discard().catch(() => undefined);
      throw error;
    }
  }

  private async count(ctx: TenantContext, root: string, job: JobRun): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { name, rows } of this.exports.sections) {
      for await (const _ of rows(ctx, root)) counts[name] = (counts[name] ?? 0) + 1;
      job.signal.throwIfAborted();
    }
    return counts;
  }

  private async write(ctx: TenantContext, exported: Exported): Promise<Record<string, number>> {
    const { sections } = this.exports;
    const { made, root, job } = exported;
    const json = made.file('data.json');
    const names = ['data.json', ...sections.map(({ name }) => `${name}.csv`)];
    const head = { request: made.id, profile: root, exportedAt: ctx.now(), files: names };
    await json.write(`${JSON.stringify(head).slice(0, -1)},"data":{`);
    const counts: Record<string, number> = {};
    const files: DownloadFile[] = [];
    for (const [n, section] of sections.entries()) {
      await json.write(`${n === 0 ? '' : ','}\n${JSON.stringify(section.name)}:[`);
      const { count, csv } = await this.writeSection(ctx, exported, section, (text) => json.write(text));
      counts[section.name] = count;
      files.push(csv);
      await json.write(']');
      await job.progress((n + 1) / sections.length);
    }
    await json.write('\n}}\n');
    await made.finish([await json.close(), ...files]);
    return counts;
  }

  private async writeSection(
    ctx: TenantContext,
    { made, root, job }: Exported,
    { name, columns, rows }: ExportedSection,
    writeJson: (text: string) => Promise<unknown>,
  ): Promise<{ readonly count: number; readonly csv: DownloadFile }> {
    const csv = made.file(`${name}.csv`);
    await csv.write(headLine(columns));
    let count = 0;
    for await (const row of rows(ctx, root)) {
      const shown = Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
      await writeJson(`${count === 0 ? '' : ','}\n${JSON.stringify(shown)}`);
      await csv.write(rowLine(columns, shown));
      count += 1;
      if (count % ROWS_BETWEEN_LOOKS === 0) job.signal.throwIfAborted();
    }
    return { count, csv: await csv.close() };
  }
}
