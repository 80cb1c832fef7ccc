import type { QuarantineStore } from '../ingestion/quarantine.store.js';
import type { MatchCandidateStore } from '../likeness/match-candidate.store.js';
import type { MatchModelStore } from '../likeness/match-model.store.js';
import type { TenantContext } from '../platform/context.js';
import type { RetentionSettings } from './retention-settings.js';

/** A collection whose documents are kept for so long, whosever they are. */
export interface OutdatedCollection {
  readonly name: string;
  /** For how many days; undefined where they are kept. */
  days(settings: RetentionSettings): number | undefined;
  count(ctx: TenantContext, before: Date): Promise<number>;
  /** Deletes what is older in bounded pieces; `pass` is a safe point between two. Repeating it is harmless. */
  erase(ctx: TenantContext, before: Date, pass: () => Promise<void>): Promise<void>;
}

/** Refused items, and pairs that somebody has reviewed. */
export function outdatedCollections(
  quarantine: QuarantineStore,
  candidates: MatchCandidateStore,
  models: MatchModelStore,
): readonly OutdatedCollection[] {
  const reviewed = async function* (ctx: TenantContext, before: Date) {
    yield* candidates.reviewedBefore(ctx, await models.newestVersion(ctx), before);
  };
  return [
    {
      name: 'quarantine',
      days: (settings) => settings.quarantine,
      count: (ctx, before) => quarantine.countBefore(ctx, before),
      erase: async (ctx, before, pass) => {
        while (await quarantine.dropBefore(ctx, before)) await pass();
      },
    },
    {
      name: 'match_candidates',
      days: (settings) => settings.matchCandidates,
      count: async (ctx, before) => {
        let count = 0;
        for await (const ids of reviewed(ctx, before)) count += ids.length;
        return count;
      },
      erase: async (ctx, before, pass) => {
        for await (const ids of reviewed(ctx, before)) {
          await candidates.drop(ctx, ids);
          await pass();
        }
      },
    },
  ];
}
