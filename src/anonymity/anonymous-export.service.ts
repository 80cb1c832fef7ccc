import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import type { Job } from '../jobs/job.entity.js';
import type { JobService } from '../jobs/job.service.js';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import { canonicalJson } from '../platform/canonical-json.js';
import type { RequestContext, TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { ProfileValuesService } from '../profiles/profile-values.service.js';
import type { ProfileValues } from '../profiles/profile-values.store.js';
import type { SegmentService } from '../segments/segment.service.js';
import { type AnonymousTable, anonymising, checkSafety } from './anonymise.rules.js';
import { cellOf, checkTraits, type TableColumns } from './anonymous-columns.rules.js';
import type { AnonymousTableService } from './anonymous-table.service.js';
import { TableInMaking } from './coded-table.js';
import type { Safety } from './partition.js';

const MOST_PROFILES = 500_000;
const ROWS_A_SAFE_POINT = 2_000;
const LONGEST_TURN_MS = 20;
const SAFE_POINT_EVERY_MS = 1_000;
/** Share of the job that reading is, and that making the table comes to. */
const READ = 0.5;
const MADE = 0.95;

const parameters = z.strictObject({
  quasiIdentifiers: z.array(z.string()),
  sensitive: z.array(z.string()),
  k: z.int(),
  l: z.int(),
  purposes: z.array(z.string()),
  /** Absent: everyone. */
  segmentId: z.string().optional(),
});
type Parameters = z.infer<typeof parameters>;

/**
 * Makes a k-anonymous table of the traits of all customers whom the purposes of who asked are open to, counts k and l over,
 * and keeps it for a day behind a signed link. A job that is taken up again begins anew: a table that nobody was told of
 * goes with its day.
 */
export class AnonymousExportService implements JobKind<Parameters> {
  readonly kind = 'export-anonymous';
  readonly permission = 'privacy:manage';
  readonly reading = 'privacy:manage';
  readonly parameters = parameters;

  constructor(
    private readonly people: ProfileValuesService,
    private readonly tables: AnonymousTableService,
  ) {}

  async run(ctx: TenantContext, given: Parameters, job: JobRun): Promise<Record<string, unknown>> {
    const { quasiIdentifiers, sensitive, k, l, purposes, segmentId } = given;
    checkSafety({ k, l });
    checkTraits(given);
    const traits = [...quasiIdentifiers, ...sensitive];
    const table = await this.read(
      this.people.clearTraits(ctx, { kind: 'USER', purposes, ...(segmentId && { segmentIds: [segmentId] }) }),
      traits,
      job,
    );
    const columns = table.coded();
    const steps = anonymising(columns.slice(0, quasiIdentifiers.length), columns.slice(quasiIdentifiers.length), {
      k,
      l,
    });
    const made = await untilDone(steps, table.rows, job);
    const url = await this.tables.keep(ctx, traits, made);
    const { rows, suppressed, informationLoss } = made;
    return { url, rows, suppressed, k: made.k, l: made.l, informationLoss };
  }

  private async read(
    people: AsyncIterable<ProfileValues>,
    traits: readonly string[],
    job: JobRun,
  ): Promise<TableInMaking> {
    const table = new TableInMaking(traits);
    for await (const { traits: values } of people) {
      if (table.rows === MOST_PROFILES)
        throw new AppError('BAD_USER_INPUT', `There are more than ${MOST_PROFILES} profiles.`);
      const all = new Map<string, unknown>([...Object.entries(values.custom), ...Object.entries(values)]);
      table.add(traits.map((trait) => cellOf(trait, all.get(trait))));
      if (table.rows % ROWS_A_SAFE_POINT === 0) await job.progress(READ * (table.rows / MOST_PROFILES));
    }
    return table;
  }
}

/** Makes a table and lets others have their turn on the way. */
async function untilDone(steps: Generator<number, AnonymousTable>, rows: number, job: JobRun): Promise<AnonymousTable> {
  let [since, saved] = [performance.now(), performance.now()];
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    const now = performance.now();
    if (now - since < LONGEST_TURN_MS) continue;
    if (now - saved > SAFE_POINT_EVERY_MS) {
      await job.progress(READ + (MADE - READ) * (value / rows));
      saved = now;
    } else await turn();
    since = performance.now();
  }
}

/** Starts anonymous exports. */
export class AnonymousExportStarter {
  constructor(
    private readonly jobs: JobService,
    private readonly definition: AnonymousExportService,
    private readonly segments: Pick<SegmentService, 'get'>,
  ) {}

  /**
   * Starts an export of everyone or of a segment's members; CONFLICT while another is under way in the tenant, NOT_FOUND where
   * there is no such segment, BAD_USER_INPUT where it could make no safe table.
   */
  async start(ctx: RequestContext, columns: TableColumns, { k, l }: Safety, segmentId: string | null): Promise<Job> {
    if (segmentId) await this.segments.get(ctx, segmentId);
    checkSafety({ k, l });
    checkTraits(columns);
    const given = { ...columns, k, l, purposes: [...ctx.principal.purposes], ...(segmentId && { segmentId }) };
    const job = await this.jobs.begin(ctx, this.definition, given);
    if (canonicalJson(job.parameters) !== canonicalJson(given))
      throw new AppError('CONFLICT', `Another export, ${job.id}, is under way; wait for its end, or cancel it.`);
    return job;
  }
}
