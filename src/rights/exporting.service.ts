import type { JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { idOf } from '../platform/ids.js';
import { headLine, rowLine } from './csv-export.rules.js';
import type { ExportFiles } from './export-files.js';
import { DAYS_EXPORTED } from './export-link.rules.js';
import type { ExportedSection, PersonExportService } from './person-export.service.js';
import type { Met, PrivacyRequestStore, StoredRequest } from './privacy-request.store.js';

const ROWS_BETWEEN_LOOKS = 500;

/** Writes all that is stored about a person into files: one of JSON, and one of CSV for each collection. */
export class ExportingService {
  constructor(
    private readonly exports: PersonExportService,
    private readonly files: ExportFiles,
    private readonly requests: PrivacyRequestStore,
  ) {}

  /** Exports, or counts what would be. It is begun anew where a process stopped: what it left is written over. */
  async meet(request: StoredRequest, job: JobRun): Promise<Met> {
    const ctx = await job.context();
    await this.removeOutdated(ctx);
    const root = await this.exports.rootOf(ctx, request.profileId);
    if (request.dryRun) return { counts: await this.count(ctx, root, job) };
    const counts = await this.writeOrRemove(ctx, idOf(request._id), root, job);
    return { counts, exportedUntil: new Date(ctx.now().getTime() + DAYS_EXPORTED * MILLISECONDS_PER_DAY) };
  }

  /** Where it fails, nothing of it stays: of what was never finished nobody would know that it is there. */
  private async writeOrRemove(ctx: TenantContext, id: string, root: string, job: JobRun) {
    try {
      return await this.write(ctx, id, root, job);
    } catch (error) {
      await this.files.remove(ctx, id);
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

  private async write(ctx: TenantContext, id: string, root: string, job: JobRun): Promise<Record<string, number>> {
    await this.files.begin(ctx, id);
    const { sections } = this.exports;
    const json = await this.files.writer(ctx, id, 'data.json');
    const files = ['data.json', ...sections.map(({ name }) => `${name}.csv`)];
    const head = { request: id, profile: root, exportedAt: ctx.now(), files };
    await json.write(`${JSON.stringify(head).slice(0, -1)},"data":{`);
    const counts: Record<string, number> = {};
    for (const [n, section] of sections.entries()) {
      await json.write(`${n === 0 ? '' : ','}\n${JSON.stringify(section.name)}:[`);
      counts[section.name] = await this.writeSection(ctx, { id, root, job, section }, (text) => json.write(text));
      await json.write(']');
      await job.progress((n + 1) / sections.length);
    }
    await json.write('\n}}\n');
    await json.close();
    return counts;
  }

  private async writeSection(
    ctx: TenantContext,
    { id, root, job, section }: { id: string; root: string; job: JobRun; section: ExportedSection },
    writeJson: (text: string) => Promise<void>,
  ): Promise<number> {
    const { name, columns } = section;
    const csv = await this.files.writer(ctx, id, `${name}.csv`);
    await csv.write(headLine(columns));
    let count = 0;
    for await (const row of section.rows(ctx, root)) {
      const shown = Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
      await writeJson(`${count === 0 ? '' : ','}\n${JSON.stringify(shown)}`);
      await csv.write(rowLine(columns, shown));
      count += 1;
      if (count % ROWS_BETWEEN_LOOKS === 0) job.signal.throwIfAborted();
    }
    await csv.close();
    return count;
  }

  /** Deletes exports that have run out. */
  async removeOutdated(ctx: TenantContext): Promise<void> {
    for (const { _id } of await this.requests.outdated(ctx)) {
      await this.files.remove(ctx, idOf(_id));
      await this.requests.forgetExport(ctx, idOf(_id));
    }
  }
}
