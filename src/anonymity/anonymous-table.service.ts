import type { DownloadService } from '../downloads/download.service.js';
import { DownloadKind } from '../downloads/download-kind.js';
import type { TenantContext } from '../platform/context.js';
import { csvLine } from '../platform/files/csv-line.rules.js';
import { withoutFormula } from '../platform/files/formula-injection.rules.js';
import { ulid } from '../platform/ids.js';
import type { AnonymousTable } from './anonymise.rules.js';

const FILE = 'table.csv';

/** Keeps anonymous tables as CSV for a day: sealed, since spans can begin and end at what one person brought. */
export class AnonymousTableService {
  constructor(private readonly downloads: DownloadService) {}

  /** Keeps a table, and returns a link to it. Where it fails, nothing of it stays. */
  async keep(ctx: TenantContext, header: readonly string[], table: AnonymousTable): Promise<string> {
    const id = `tbl_${ulid(ctx.now())}`;
    const made = await this.downloads.begin(ctx, { id, kind: DownloadKind.TABLE, about: id });
    try {
      const file = made.file(FILE);
      await file.write(csvLine(header.map(withoutFormula)));
      for (const { quasi, sensitive } of table.released()) await file.write(csvLine([...quasi, ...sensitive]));
      await made.finish([await file.close()]);
    } catch (error) {
      await made.discard().catch(() => undefined);
      throw error;
    }
    return this.downloads.linkTo(ctx, id, FILE, made.expiresAt);
  }
}
