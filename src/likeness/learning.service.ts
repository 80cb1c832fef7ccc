import { z } from 'zod';
import type { AccountStore } from '../channels/account.store.js';
import { blockedBy } from '../ingestion/blocked-values.rules.js';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import { LatestShare } from '../jobs/latest-share.js';
import type { TenantContext } from '../platform/context.js';
import { piecesOf } from '../platform/pieces.js';
import type { PermittedUseService } from '../profiles/permitted-use.service.js';
import { profileIdOf } from '../profiles/profile-id.rules.js';
import { GREATEST_SAMPLE, sampleOf } from './account-sample.rules.js';
import { valuesOf } from './account-values.rules.js';
import { requireMatches, requireNames, shownModel } from './learned-model.rules.js';
import type { MatchModelStore } from './match-model.store.js';
import type { AccountEntry } from './match-work.js';
import type { MatchWorkers } from './match-workers.js';

const BATCH = 500;
/** Shares of the job: reading comes to the first, learning to the second, storing is the rest. */
const READ = 0.5;
const LEARNED = 0.95;

const parameters = z.strictObject({});

/** What was read. */
interface Reading {
  accounts: number;
  named: number;
}

/** That everything is learned, and the model is being stored. */
interface Place {
  readonly accounts: number;
}

/**
 * Learns from a tenant's accounts how they agree, and stores that as the next version of the tenant's model, which
 * nothing uses until it is put in force. From more than 200,000 accounts a sample is learned, always the same. A job
 * that is taken up again begins anew, unless its model is stored already: it stores one version and no more. CONFLICT
 * where there is too little to learn from. Whose use is restricted is left out.
 */
export class LearningService implements JobKind<z.infer<typeof parameters>> {
  readonly kind = 'learn-matching';
  readonly parameters = parameters;

  constructor(
    private readonly accounts: AccountStore,
    private readonly models: MatchModelStore,
    private readonly workers: MatchWorkers,
    private readonly uses: Pick<PermittedUseService, 'permitted'>,
  ) {}

  async run(ctx: TenantContext, _parameters: unknown, job: JobRun): Promise<Record<string, unknown>> {
    const place = job.checkpoint as Place | null;
    const stored = place && (await this.models.versionBy(ctx, job.id));
    if (stored) return this.shown(ctx, stored, place.accounts);
    const reading = { accounts: 0, named: 0 };
    const share = new LatestShare(job);
    const model = await this.workers.learn(
      this.batches(ctx, reading, job),
      (done) => share.tell(READ + (LEARNED - READ) * done),
      job.signal,
    );
    await share.settled();
    requireMatches(model);
    await job.save({ accounts: reading.accounts } satisfies Place, LEARNED);
    return this.shown(ctx, await this.models.add(ctx, model, job.id), reading.accounts);
  }

  /** What accounts are compared by, batch by batch, counted in `reading`; CONFLICT at the end where they are too few. */
  private async *batches(ctx: TenantContext, reading: Reading, job: JobRun): AsyncGenerator<AccountEntry[]> {
    const total = await this.accounts.count(ctx);
    const blocked = blockedBy(ctx.settings);
    const expected = Math.max(1, Math.min(total, GREATEST_SAMPLE));
    let read = 0;
    for await (const piece of piecesOf(this.accounts.all(ctx, sampleOf(total)), BATCH)) {
      const room = GREATEST_SAMPLE - reading.accounts; // of what came while this was read
      const permitted = await this.uses.permitted(ctx, piece.map(profileOf), 'PROCESSING');
      const entries = piece
        .filter((account) => permitted.has(profileOf(account)))
        .map((account): AccountEntry => [account.id, valuesOf(account, blocked)])
        .filter(saysSomething);
      const taken = entries.slice(0, room);
      reading.accounts += taken.length;
      reading.named += taken.filter(([, { name }]) => name !== undefined).length;
      yield taken;
      read += piece.length;
      await job.progress(READ * Math.min(1, read / expected));
      if (taken.length < entries.length) break;
    }
    requireNames(reading.named);
  }

  private async shown(ctx: TenantContext, version: number, accounts: number): Promise<Record<string, unknown>> {
    const model = await this.models.find(ctx, version);
    if (!model) throw new Error(`Version ${version} of the model is not there.`);
    return { version, accounts, ...shownModel(model) };
  }
}

function profileOf({ id }: { readonly id: string }): string {
  return profileIdOf(id);
}

function saysSomething([, values]: AccountEntry): boolean {
  return Object.keys(values).length > 0;
}
