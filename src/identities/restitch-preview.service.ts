import type { Identifier } from '../channels/identifier.entity.js';
import { identifierRulesOf } from '../channels/identifier-limits.rules.js';
import type { RequestContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import type { Outlook, ProfileOutlookService } from '../profiles/profile-outlook.service.js';
import type { ComponentService, Decided } from './component.service.js';
import type { LinkRecord } from './link.rules.js';
import type { RestitchPreview } from './match-restitch.view.js';
import { bondsBetween, objectionsTo, overridings, scatterings, unnamed } from './restitch-warnings.rules.js';
import type { Restitching, RestitchingService } from './restitching.service.js';

const MOST_ACCOUNTS_SHOWN = 1_000;
const MOST_EVENTS_SHOWN = 20;
const PREVIEWED = 'A preview.';

/** What a merge or unmerge would come to, found without doing it. */
interface Found {
  readonly restitching: Restitching;
  readonly overridden: readonly LinkRecord[];
  readonly decided: Decided;
  readonly outlook: Outlook;
}

/**
 * Shows what a merge or an unmerge by hand would change: decided by the same code, on the evidence as it would be.
 * Nothing is written. What comes in between the preview and the deed counts for the deed alone.
 */
export class RestitchPreviewService {
  constructor(
    private readonly restitchings: RestitchingService,
    private readonly components: ComponentService,
    private readonly outlooks: ProfileOutlookService,
    private readonly profiles: ProfileService,
  ) {}

  /** As mergeProfiles, with its errors. */
  async merge(ctx: RequestContext, into: string, from: readonly string[]): Promise<RestitchPreview> {
    const found = await this.find(ctx, await this.restitchings.merging(ctx, into, from, PREVIEWED));
    const { profileIds, groups } = found.restitching;
    const sides = profileIds.map((profileId, at) => ({ profileId, accountIds: groups[at] ?? [] }));
    const rules = identifierRulesOf(ctx.settings.identifierRules);
    return this.shown(ctx, found, objectionsTo(sides, found.decided.component, rules));
  }

  /** As unmergeProfile, with its errors. */
  async unmerge(ctx: RequestContext, profileId: string, accountIds: readonly string[]): Promise<RestitchPreview> {
    const found = await this.find(ctx, await this.restitchings.parting(ctx, profileId, accountIds, PREVIEWED));
    const [leaving = [], staying = []] = found.restitching.groups;
    const { decision, component } = found.decided;
    return this.shown(ctx, found, [
      ...scatterings(decision.persons, [leaving, staying]),
      ...bondsBetween(leaving, staying, component),
    ]);
  }

  private async find(ctx: RequestContext, restitching: Restitching): Promise<Found> {
    const { overridden, ...changes } = await this.restitchings.changes(ctx, restitching);
    const supposing = this.components.supposing(changes);
    const decided = await supposing.decide(ctx, restitching.accountIds);
    const { decision, evidence } = decided;
    const profiles = new Map<string, StoredProfile>();
    for (const accountId of evidence.accountIds) {
      const profile = evidence.profileOf(accountId);
      if (profile) profiles.set(idOf(profile._id), profile);
    }
    const { persons, unlinked } = decision;
    const { survivor } = restitching;
    const profileOf = (accountId: string) => evidence.profileIdOf(accountId);
    const outlook = await this.outlooks.foresee(ctx, { persons, profiles, profileOf, unlinked, survivor });
    return { restitching, overridden, decided, outlook };
  }

  private async shown(ctx: RequestContext, found: Found, warnings: readonly string[]): Promise<RestitchPreview> {
    const { restitching, overridden, outlook } = found;
    const { profileIds } = restitching;
    const rank = (id: string) => (profileIds.includes(id) ? profileIds.indexOf(id) : profileIds.length);
    const namedFirst = (a: string, b: string) => rank(a) - rank(b) || (a < b ? -1 : 1);
    const concerned = [...outlook.before.keys()].sort(namedFirst);
    const before = await Promise.all(concerned.map((id) => this.profiles.get(ctx, id)));
    const after = [...outlook.after].sort((a, b) => namedFirst(a.profile.id, b.profile.id));
    return {
      before: before.map((profile, at) => shownOf(profile, outlook.before.get(concerned[at] ?? '') ?? [])),
      after: after.map(({ profile, accountIds }) => shownOf(profile, accountIds)),
      segmentsEntered: [],
      segmentsExited: [],
      warnings: [...warnings, ...overridings(overridden), ...unnamed(concerned, profileIds)],
    };
  }
}

/** A profile as a person compares it, with the values that the caller may see. */
function shownOf(profile: Profile, accountIds: readonly string[]): Record<string, unknown> {
  const { id, traits, identifiers, mergedIds, firstSeenAt, lastSeenAt, recentEvents, withheld } = profile;
  return {
    id,
    traits,
    identifiers: identifiers.map(identifierShown),
    accountIds: accountIds.slice(0, MOST_ACCOUNTS_SHOWN),
    accountCount: accountIds.length,
    mergedIds,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    recentEvents: Math.min(recentEvents.length, MOST_EVENTS_SHOWN),
    withheld: withheld.map(({ path }) => path),
  };
}

function identifierShown({ type, namespace, value, channels, linking, firstSeenAt, lastSeenAt }: Identifier) {
  const seen = { firstSeenAt: firstSeenAt.toISOString(), lastSeenAt: lastSeenAt.toISOString() };
  return { type, namespace, value, channels, linking, ...seen };
}
