import { channelOfAccountId } from '../channels/channel-definitions.js';
import { customTraitProtection } from '../channels/personal-names.js';
import { isStandardTrait } from '../channels/trait-catalogue.js';
import type { Dimension } from '../insights/metric.view.js';
import type { Holding, RulePeopleService } from '../memberships/rule-people.service.js';
import { canonicalJson } from '../platform/canonical-json.js';
import type { RequestContext } from '../platform/context.js';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { badInput, notImplemented } from '../platform/errors.js';
import { blindIndex, derivedSecret } from '../platform/seal.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { ProfileState } from '../profiles/profile-state.js';
import type { ProfileValuesService } from '../profiles/profile-values.service.js';
import type { RuleInput } from '../segments/rule.inputs.js';
import { plainRule } from '../segments/segment.rules.js';
import { CELLS_OF } from './breakdown.rules.js';
import type { PrivacyBudgetStore } from './privacy-budget.store.js';
import type { PrivateCell } from './private-answer.entity.js';
import type { PrivateAnswerStore } from './private-answer.store.js';
import type { PrivateCounts, PrivateSum } from './private-count.view.js';
import {
  type Clamp,
  checkClamp,
  MILLIONTHS,
  NoisySum,
  noisyCount,
  readEpsilon,
  withoutSmallCells,
} from './private-numbers.rules.js';
import { calendarOf, populationOf } from './question.rules.js';
import { KeyedBits } from './random-bits.js';

const DAYS_BUDGETS_ARE_KEPT = 400;

/** What people are counted by. */
type DimensionName = `${Dimension}`;

/** Who is counted, and by what. */
interface Counted {
  readonly by: DimensionName | null;
  /** Absent: everyone. */
  readonly rule?: RuleInput | null;
}

/** What is asked, in a form that is the same for whoever asks the same. */
type Question = Readonly<Record<string, unknown>>;

/** Draws the noise of a cell. */
type BitsOf = (key: string | null) => KeyedBits;

/**
 * Differentially private statistics over all customers that the caller may count. A question is answered once a day, and
 * given again as it was. Its noise comes from node:crypto under a secret of the tenant, the question and the day, so that
 * it is the same whichever process computes it. BUDGET_SPENT where the caller's or the tenant's epsilon is used up.
 */
export class PrivateStatisticsService {
  /** By tenant and question; as many as there are requests under way. */
  private readonly underWay = new Map<string, Promise<readonly PrivateCell[]>>();

  constructor(
    private readonly people: ProfileValuesService,
    private readonly budgets: PrivacyBudgetStore,
    private readonly answers: PrivateAnswerStore,
    private readonly rules: RulePeopleService,
  ) {}

  /** How many there are, or how many by a dimension: each person is in one cell alone, and every cell has noise. */
  async count(ctx: RequestContext, { by, rule }: Counted, epsilon: number): Promise<PrivateCounts> {
    if (by && !CELLS_OF[by]) throw notImplemented(`privateCount(by: ${by})`);
    const millionths = readEpsilon(epsilon);
    const chosen = rule ? await this.rules.ask(ctx, rule) : undefined;
    const question = { statistic: 'count', by, millionths, ...(rule && { rule: plainRule(rule) }) };
    const { cells, epsilonLeft } = await this.answer(ctx, question, millionths, async (bitsOf) => {
      const counted = chosen ? await this.countedAmong(ctx, by, chosen) : await this.counted(ctx, by);
      return [...counted].map(([key, value]) => ({
        key,
        value: within32Bits(noisyCount(value, millionths, bitsOf(key))),
      }));
    });
    const least = ctx.access.unseen.size > 0 ? ctx.settings.smallestCell : 1;
    return { counts: by ? withoutSmallCells(cells, least) : [...cells], epsilonLeft };
  }

  /** The sum of a trait that is a number, each person's brought between two bounds. */
  async sum(ctx: RequestContext, trait: string, clamp: Clamp, epsilon: number): Promise<PrivateSum> {
    const isPersonal = customTraitProtection(trait, null) !== undefined;
    if (isStandardTrait(trait) || isPersonal) throw badInput('trait', 'must be a custom trait that tells of nobody');
    checkClamp(clamp);
    const millionths = readEpsilon(epsilon);
    const question = { statistic: 'sum', trait, lower: clamp.lower, upper: clamp.upper, millionths };
    const { cells, epsilonLeft } = await this.answer(ctx, question, millionths, async (bitsOf) => {
      const sum = new NoisySum(clamp);
      for await (const { traits } of this.people.traits(ctx, ctx.principal)) {
        const value: unknown = Object.hasOwn(traits.custom, trait) ? traits.custom[trait] : undefined;
        if (typeof value === 'number' && Number.isFinite(value)) sum.add(value);
      }
      return [{ key: null, value: sum.noisy(millionths, bitsOf(null)) }];
    });
    return { value: cells[0]?.value ?? 0, epsilonLeft };
  }

  /** Pays for a question and answers it: as before, where it was asked that day. */
  private async answer(
    ctx: RequestContext,
    asked: Question,
    cost: number,
    compute: (bitsOf: BitsOf) => Promise<PrivateCell[]>,
  ): Promise<{ cells: readonly PrivateCell[]; epsilonLeft: number }> {
    const { day, month } = calendarOf(ctx.now(), ctx.settings.timeZone);
    const text = canonicalJson({ ...asked, of: populationOf(ctx.principal), day });
    const question = blindIndex(ctx.keys, 'private-question', text);
    const left = await this.budgets.spend(ctx, {
      month,
      expiresAt: new Date(ctx.now().getTime() + DAYS_BUDGETS_ARE_KEPT * MILLISECONDS_PER_DAY),
      caller: blindIndex(ctx.keys, 'private-caller', ctx.principal.kind, ctx.principal.subject),
      question,
      cost,
      limits: limitsOf(ctx),
    });
    const bitsOf: BitsOf = (key) =>
      new KeyedBits(derivedSecret(ctx.keys, 'noise', text, key ?? '', key === null ? '' : 'of'));
    const cells = await this.shared(`${ctx.tenantId} ${question}`, async () => {
      const known = await this.answers.find(ctx, question);
      return known ?? this.answers.keep(ctx, question, await compute(bitsOf));
    });
    return { cells, epsilonLeft: left / MILLIONTHS };
  }

  /** Those who ask the same at the same time wait for one answer. */
  private shared(key: string, answer: () => Promise<readonly PrivateCell[]>): Promise<readonly PrivateCell[]> {
    const known = this.underWay.get(key);
    if (known) return known;
    const begun = answer().finally(() => this.underWay.delete(key));
    this.underWay.set(key, begun);
    return begun;
  }

  private async counted(ctx: RequestContext, by: DimensionName | null): Promise<Map<string | null, number>> {
    if (by === 'CHANNEL') return this.tally(by, channelsOf(this.people.ids(ctx, ctx.principal)));
    if (by !== 'CITY') return new Map([[null, await this.people.count(ctx, ctx.principal)]]);
    return this.tally(by, citiesOf(this.people.traits(ctx, ctx.principal)));
  }

  /** As `counted`, those alone that a rule holds for. */
  private async countedAmong(ctx: RequestContext, by: DimensionName | null, holding: Holding) {
    const found = this.rules.among(ctx, holding, this.people.ids(ctx, ctx.principal));
    if (by === 'CHANNEL') return this.tally(by, channelsOf(idsOf(found)));
    if (by === 'CITY') return this.tally(by, citiesOf(found));
    let count = 0;
    for await (const _ of found) count += 1;
    return new Map([[null, count]]);
  }

  /** Counts values into the cells that there are whatever the data: which cells are shown must not tell of anybody. */
  private async tally(
    by: DimensionName,
    values: AsyncIterable<string | null | undefined>,
  ): Promise<Map<string, number>> {
    const { keys = [], cellOf = () => '' } = CELLS_OF[by] ?? {};
    const counts = new Map(keys.map((key) => [key, 0]));
    for await (const value of values) {
      const key = cellOf(value ?? null);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  }
}

async function* idsOf(states: AsyncIterable<ProfileState>): AsyncGenerator<string> {
  for await (const { id } of states) yield id;
}

async function* citiesOf(people: AsyncIterable<Pick<ProfileState, 'traits'>>): AsyncGenerator<string | null> {
  for await (const { traits } of people) yield traits.city;
}

/** Of each the channel that it was founded through. */
async function* channelsOf(ids: AsyncIterable<string>): AsyncGenerator<string | undefined> {
  for await (const id of ids) yield channelOfAccountId(accountIdOf(id));
}

function limitsOf({ settings: { privacyBudget } }: RequestContext) {
  const millionths = (epsilon: number) => Math.round(epsilon * MILLIONTHS);
  return { tenant: millionths(privacyBudget.tenant), caller: millionths(privacyBudget.caller) };
}

function within32Bits(value: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));
}
