import type { Lifecycle } from '../lifecycle/lifecycle.entity.js';
import type { RequestContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import { amountOfMillionths, ordersUpTo, totalsOf } from '../rfm/orders.rules.js';
import { overdueDays } from '../rfm/repurchase.rules.js';
import type { RfmScore } from '../rfm/rfm-score.entity.js';
import { type Calendar, calendarOf } from '../rules/calendar.rules.js';
import { mayBeJudged } from './customer-course.service.js';
import type { CustomerFactsService } from './customer-facts.service.js';
import type { NotedScores } from './customer-note.js';

/** Shows where a customer stands, by what is noted in the profile: a moment behind. */
export class CustomerViewService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly facts: CustomerFactsService,
  ) {}

  /** Null where nothing is known of what the customer did, or they must not be judged by it. No command. */
  lifecycleOf({ customer }: Profile): Lifecycle | null {
    const { stage = null, since = null, activity = null, history = [] } = customer ?? {};
    if (stage === null || since === null || activity === null) return null;
    return { stage, since, activity, history: history.map((step) => ({ ...step })) };
  }

  /**
   * Null where there are no scores, and for who may not read order values. No command; where the tenant seals order values
   * those that reading the orders takes, for all profiles of a request together.
   */
  async scoresOf(ctx: RequestContext, { id, customer }: Profile): Promise<RfmScore | null> {
    const scores = customer?.scores;
    if (!scores || ctx.access.unseen.has('IMPORTANT')) return null;
    const amount = scores.monetary ?? (await this.sealedAmounts(ctx).load(id));
    const calendar = calendarOf(ctx.settings.timeZone);
    const asOf = ctx.now();
    const { lastDay, frequency, r, f, m, tier } = scores;
    const today = calendar.dayOf(asOf.getTime());
    return {
      recencyDays: Math.max(0, today - lastDay),
      frequency,
      monetary: { amount: amount ?? '0.00', currency: ctx.settings.currency },
      ...{ r, f, m, tier, asOf },
      repurchase: repurchaseOf(scores, calendar, today),
      careFrom: scores.careDay === null ? null : new Date(calendar.startOf(scores.careDay)),
    };
  }

  private sealedAmounts(ctx: RequestContext) {
    return ctx.loaders.of<string>('order amounts', async (ids) => {
      const living = [...(await this.profiles.resolve(ctx, ids)).values()];
      const states = new Map(living.map((stored) => [idOf(stored._id), this.profiles.open(ctx, stored).state]));
      const facts = await this.facts.of(ctx, [...states.values()].filter(mayBeJudged));
      const calendar = calendarOf(ctx.settings.timeZone);
      const today = calendar.dayOf(ctx.now().getTime());
      return new Map(
        [...facts].map(([id, { sales }]) => {
          return [id, amountOfMillionths(totalsOf(ordersUpTo(sales, today, calendar))?.monetary ?? 0n)];
        }),
      );
    });
  }
}

function repurchaseOf({ cycleDays, expectedDay }: NotedScores, calendar: Calendar, today: number) {
  if (cycleDays === null || expectedDay === null) return null;
  const expectedAt = new Date(calendar.startOf(expectedDay));
  return { cycleDays, expectedAt, overdueDays: overdueDays({ expectedDay }, today) };
}
