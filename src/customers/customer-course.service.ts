import type { TenantContext } from '../platform/context.js';
import { limitsIn } from '../privacy/processing-limit.rules.js';
import { mayBeUsed } from '../profiles/permitted-use.rules.js';
import type { ProfileState } from '../profiles/profile-state.js';
import type { RfmVersionService } from '../rfm/rfm-version.service.js';
import type { CustomerFactsService } from './customer-facts.service.js';
import type { CustomerStanding } from './customer-note.js';
import {
  type CustomerCourse,
  customerCourse,
  type StandingFacts,
  standingOf,
  type VersionedCuts,
} from './customer-standing.rules.js';

const NO_COURSE: CustomerCourse = { steps: [], scores: [] };
const NO_FACTS: StandingFacts = { acts: [], sales: [] };

/** Tells where customers stand, out of all they did; nothing of whom may not be judged by their data. */
export class CustomerCourseService {
  constructor(
    private readonly facts: CustomerFactsService,
    private readonly versions: RfmVersionService,
  ) {}

  /** What stage and tier of profiles are and will be, by id; as many commands as reading the facts takes, and one at most. */
  async coursesOf(ctx: TenantContext, states: readonly ProfileState[]): Promise<Map<string, CustomerCourse>> {
    const { facts, inForce } = await this.read(ctx, states);
    return new Map(
      states.map(({ id }) => {
        const own = facts.get(id);
        return [id, own ? customerCourse(own, ctx.settings, inForce?.cuts) : NO_COURSE];
      }),
    );
  }

  /** Where profiles stand now, by id; as many commands. */
  async standingsOf(ctx: TenantContext, states: readonly ProfileState[]): Promise<Map<string, CustomerStanding>> {
    const { facts, inForce } = await this.read(ctx, states);
    const at = ctx.now().getTime();
    return new Map(states.map(({ id }) => [id, standingOf(facts.get(id) ?? NO_FACTS, ctx.settings, inForce, at)]));
  }

  private async read(ctx: TenantContext, states: readonly ProfileState[]) {
    const open = states.filter(mayBeJudged);
    const [facts, inForce] = await Promise.all([
      open.length > 0 ? this.facts.of(ctx, open) : new Map<string, StandingFacts>(),
      this.versions.inForce(ctx) as Promise<VersionedCuts | undefined>,
    ]);
    return { facts, inForce };
  }
}

/** Whether a person's data may be used to judge them by: a restriction and an objection forbid it. */
export function mayBeJudged({ limits }: Pick<ProfileState, 'limits'>): boolean {
  return mayBeUsed({ limitKinds: [...limitsIn(limits)] }, 'PROFILING');
}
