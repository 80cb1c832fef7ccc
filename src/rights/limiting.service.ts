import type { JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { AppError, notFound } from '../platform/errors.js';
import { ulid } from '../platform/ids.js';
import { lowest, noting } from '../privacy/noted-accounts.js';
import { type LimitFact, type LimitKind, lastLimits, limitsIn } from '../privacy/processing-limit.rules.js';
import type { ProcessingLimitStore } from '../privacy/processing-limit.store.js';
import { NO_FACTS } from '../profiles/anchored-facts.rules.js';
import type { ProfileAnchors, ProfileAnchorsService } from '../profiles/profile-anchors.service.js';
import type { StitchService } from '../profiles/stitch.service.js';
import type { Met, StoredRequest } from './privacy-request.store.js';

/** Limits what a person's data may be used for, or lifts that: of each account that the person has then. */
export class LimitingService {
  constructor(
    private readonly limits: ProcessingLimitStore,
    private readonly anchors: ProfileAnchorsService,
    private readonly stitching: StitchService,
  ) {}

  /**
   * Says it of all accounts, or counts them. Where a process stopped in the middle it is said once more, which changes
   * nothing. CONFLICT where a limit that was lifted still holds, since more was said of the person than can be weighed.
   */
  async meet({ profileId, dryRun, lift }: StoredRequest, kind: LimitKind, job: JobRun): Promise<Met> {
    const ctx = await job.context();
    const anchors = await this.find(ctx, profileId);
    const { entries } = anchors.state.limits;
    const at = new Date(Math.max(ctx.now().getTime(), ...entries.map((one) => one.at.getTime() + 1)));
    const said = { id: `lim_${ulid(at)}`, kind, granted: lift === true, at };
    const accounts = dryRun ? await countOf(accountsOf(anchors)) : await this.say(ctx, said, anchors);
    if (!dryRun && said.granted) await this.check(ctx, profileId, kind);
    return { counts: { accounts } };
  }

  private async find(ctx: TenantContext, profileId: string): Promise<ProfileAnchors> {
    const anchors = await this.anchors.find(ctx, profileId);
    if (!anchors) throw notFound(`The profile ${profileId}`);
    return anchors;
  }

  /** Writes it down, then into the profiles that the accounts are in; returns how many they are. */
  private async say(ctx: TenantContext, said: Omit<LimitFact, 'accountIds'>, anchors: ProfileAnchors): Promise<number> {
    const noted: string[] = [];
    let accounts = 0;
    const counted = async function* () {
      for await (const id of accountsOf(anchors)) {
        accounts += 1;
        yield id;
      }
    };
    await this.limits.append(ctx, said, noting(counted(), noted));
    const accountIds = lowest(noted);
    const { erased } = await this.stitching.stitch(ctx, {
      accounts: new Map(),
      pairs: accountIds.map((id) => [id, id] as const),
      events: new Map(),
      facts: { ...NO_FACTS, limits: lastLimits([{ ...said, accountIds }]) },
    });
    if (erased.size > 0) await this.forget(ctx, said.id, accountIds, erased);
    return accounts;
  }

  /** Takes back what was said of accounts that another process has erased meanwhile; NOT_FOUND where these were all. */
  private async forget(ctx: TenantContext, id: string, said: readonly string[], erased: ReadonlySet<string>) {
    if (said.some((accountId) => !erased.has(accountId))) return this.limits.erase(ctx, [...erased]);
    await this.limits.takeBack(ctx, id);
    throw notFound('The profile');
  }

  private async check(ctx: TenantContext, profileId: string, kind: LimitKind): Promise<void> {
    const { state } = await this.find(ctx, profileId);
    if (!limitsIn(state.limits).has(kind)) return;
    throw new AppError(
      'CONFLICT',
      'The limit still holds for the profile: it has more accounts than can be weighed, or took in others meanwhile.',
    );
  }
}

async function* accountsOf(anchors: ProfileAnchors): AsyncGenerator<string> {
  yield* [...anchors.known].sort();
  yield* anchors.others();
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) count += 1;
  return count;
}
