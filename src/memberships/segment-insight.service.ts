import { isClosed } from '../access/closed-fields.js';
import type { RequestContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
import { piecesOf } from '../platform/pieces.js';
import { mayBeUsed } from '../profiles/permitted-use.rules.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ProfileState } from '../profiles/profile-state.js';
import type { SlotStore } from '../profiles/slot.store.js';
import { valueAt } from '../rules/comparison.rules.js';
import { comparableBy } from '../segments/comparable-classes.js';
import type { RuleInput } from '../segments/rule.inputs.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { RuleExplanation, SegmentPreview } from '../segments/segment.view.js';
import type { RulePeopleService } from './rule-people.service.js';
import { shownClause } from './shown-clause.rules.js';
import { shownCount } from './shown-count.js';
import type { SubjectService } from './subject.service.js';

const PIECE = 100;
const MOST_SHOWN = 5;
/** More profiles than that a preview does not look at. */
const MOST_EXAMINED = 20_000;

/** Tells whom a rule would hold for, and why a profile is in a segment or isn't. */
export class SegmentInsightService {
  constructor(
    private readonly segments: SegmentService,
    private readonly people: RulePeopleService,
    private readonly subjects: SubjectService,
    private readonly stored: ProfileStore,
    private readonly slots: SlotStore,
    private readonly profiles: ProfileService,
  ) {}

  /** Whom a rule holds for now: a count over at most 20,000 profiles, null where there are more, and a few of those found. */
  async preview(ctx: RequestContext, input: RuleInput): Promise<SegmentPreview> {
    const holding = await this.people.ask(ctx, input);
    const sample: SegmentPreview['sample'] = [];
    let [count, examined] = [0, 0];
    for await (const piece of piecesOf(this.slots.livingAfter(ctx, null), PIECE)) {
      examined += piece.length;
      if (examined > MOST_EXAMINED) return { count: null, sample };
      const ids = piece.map(({ id }) => id);
      const found = [...(await holding(ctx, await this.usable(ctx, ids)))];
      count += found.length;
      if (sample.length < MOST_SHOWN)
        sample.push(...(await this.seen(ctx, found)).slice(0, MOST_SHOWN - sample.length));
    }
    return { count: shownCount(ctx, count), sample };
  }

  /** Those whose memberships are open to the caller. */
  private async seen(ctx: RequestContext, ids: readonly string[]): Promise<Profile[]> {
    const profiles = await Promise.all(ids.map((id) => this.profiles.find(ctx, id)));
    return profiles.flatMap((profile) => (profile && !isClosed(profile, 'segments') ? [profile] : []));
  }

  /** Why a profile is in a segment, or isn't: NOT_FOUND where the caller knows no such segment or profile. */
  async explain(ctx: RequestContext, segmentId: string, profileId: string): Promise<RuleExplanation> {
    await this.segments.get(ctx, segmentId);
    const profile = await this.profiles.get(ctx, profileId);
    if (isClosed(profile, 'segments')) throw notFound('The profile');
    const book = await this.segments.freshBook(ctx);
    const [state] = await this.usable(ctx, [profile.id]);
    const evaluatedAt = ctx.now();
    const subject = state && (await this.subjects.of(ctx, [state], book.readsOf([segmentId]))).get(state.id);
    const rule = book.ruleOf(segmentId);
    if (!subject) return { member: false, clause: { kind: 'restricted', holds: false }, evaluatedAt };
    if (!rule) return listing(segmentId, subject.segments.has(segmentId), evaluatedAt);
    const explained = rule.explain(subject, evaluatedAt);
    const traits = profile.traits as unknown as Record<string, unknown> & { custom: Record<string, unknown> };
    const clause = shownClause(explained, {
      traitOf: (path) => valueAt(Object.hasOwn(traits, path) ? traits : traits.custom, path.split('.')) ?? null,
      comparable: comparableBy(ctx),
    });
    return { member: explained.holds, clause, evaluatedAt };
  }

  private async usable(ctx: RequestContext, ids: readonly string[]): Promise<ProfileState[]> {
    const living = await this.stored.resolve(ctx, ids);
    const distinct = new Map([...living.values()].map((one) => [one._id, one]));
    return [...distinct.values()].filter((one) => mayBeUsed(one)).map((one) => this.stored.open(ctx, one).state);
  }
}

function listing(segment: string, isListed: boolean, evaluatedAt: Date): RuleExplanation {
  return { member: isListed, clause: { kind: 'list', segment, holds: isListed, observed: isListed }, evaluatedAt };
}
