import type { RuleInput, SequenceStep, TraitCondition } from '../../src/segments/rule.inputs.js';

/** What is known of a person, as plain lists. */
export interface NaiveFacts {
  readonly traits: Readonly<Record<string, unknown>>;
  readonly custom: Readonly<Record<string, unknown>>;
  readonly tags: readonly NaiveSpan[];
  readonly consents: readonly NaiveSpan[];
  readonly segments: readonly string[];
  readonly lifecycle: string | null;
  readonly tier: string | null;
  readonly channels: readonly string[];
  readonly events: readonly NaiveEvent[];
}

export interface NaiveSpan {
  readonly key: string;
  readonly from: number;
  readonly until: number | null;
}

export interface NaiveEvent {
  readonly accountId: string;
  readonly name: string;
  readonly messageId: string;
  readonly occurredAt: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What a rule is asked of, when and where. */
export interface NaiveQuestion {
  readonly facts: NaiveFacts;
  readonly at: Date;
  readonly timeZone: string;
  /** The rules of segments that have one. */
  readonly segments: Readonly<Record<string, RuleInput>>;
  /** By key, the rules of tags that have one. */
  readonly tags?: Readonly<Record<string, RuleInput>>;
}

/** The day of an instant, as a wall calendar there shows it. */
function wallDay(instant: number, timeZone: string): number {
  return Date.parse(new Date(instant).toLocaleDateString('sv', { timeZone })) / 86_400_000;
}

/** Whether a rule holds for a person: read clause by clause off the lists, with nothing prepared or kept. */
export function naivelyHolds(rule: RuleInput, question: NaiveQuestion): boolean {
  if (rule.all) return rule.all.filter((one) => naivelyHolds(one, question)).length === rule.all.length;
  if (rule.any) return rule.any.filter((one) => naivelyHolds(one, question)).length > 0;
  if (rule.not) return !naivelyHolds(rule.not, question);
  return clauseHolds(rule, question);
}

function clauseHolds(rule: RuleInput, question: NaiveQuestion): boolean {
  const { facts, segments } = question;
  if (rule.trait) return conditionHolds(rule.trait, traitOf(facts, rule.trait.path), question);
  if (rule.event) return eventHolds(rule.event, question);
  if (rule.sequence) return sequenceHolds(rule.sequence, question);
  if (rule.tag) return carriesTag(rule.tag, question);
  if (rule.segment) {
    const inner = segments[rule.segment];
    return inner ? naivelyHolds(inner, question) : facts.segments.includes(rule.segment);
  }
  return stateHolds(rule, question);
}

function carriesTag(key: string, question: NaiveQuestion): boolean {
  const inner = question.tags?.[key];
  return inner ? naivelyHolds(inner, question) : coversNow(question.facts.tags, key, question.at);
}

function stateHolds(rule: RuleInput, { facts, at }: NaiveQuestion): boolean {
  if (rule.lifecycle) return rule.lifecycle.some((stage) => stage === facts.lifecycle);
  if (rule.tier) return rule.tier.some((tier) => tier === facts.tier);
  if (rule.channel) return facts.channels.includes(rule.channel);
  if (!rule.consent) throw new Error('an empty rule');
  const { purpose, granted = true } = rule.consent;
  return (purpose === 'SERVICE' || coversNow(facts.consents, purpose, at)) === granted;
}

function coversNow(spans: readonly NaiveSpan[], key: string, at: Date): boolean {
  const now = at.getTime();
  return spans.some((span) => span.key === key && span.from <= now && now < (span.until ?? Number.MAX_VALUE));
}

function traitOf(facts: NaiveFacts, path: string): unknown {
  if (path in facts.traits) return facts.traits[path];
  return dig(facts.custom, path.replace(/^custom\./, ''));
}

function dig(holder: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inside, name) => {
    const isObject = typeof inside === 'object' && inside !== null && !Array.isArray(inside);
    return isObject ? (inside as Record<string, unknown>)[name] : undefined;
  }, holder);
}

function conditionHolds({ op, value }: TraitCondition, seen: unknown, { at, timeZone }: NaiveQuestion): boolean {
  const wanted = value as never;
  const list = value as unknown[];
  switch (op as string) {
    case 'EXISTS':
      return (seen ?? null) !== null;
    case 'NOT_EXISTS':
      return (seen ?? null) === null;
    case 'EQ':
      return seen === wanted;
    case 'NE':
      return seen !== wanted;
    case 'IN':
      return list.some((one) => one === seen);
    case 'NOT_IN':
      return !list.some((one) => one === seen);
    case 'CONTAINS':
      return (typeof seen === 'string' || Array.isArray(seen)) && seen.includes(wanted);
    case 'STARTS_WITH':
      return typeof seen === 'string' && seen.indexOf(wanted) === 0;
    default:
      return typeof seen === 'number' ? numberHolds(op, seen, wanted) : timeHolds(op, seen, wanted, at, timeZone);
  }
}

function numberHolds(op: string, seen: number, wanted: number): boolean {
  if (op === 'EQ') return seen === wanted;
  if (op === 'NE') return seen !== wanted;
  if (op === 'GT') return seen > wanted;
  if (op === 'GTE') return seen >= wanted;
  if (op === 'LT') return seen < wanted;
  return op === 'LTE' && seen <= wanted;
}

function timeHolds(op: string, seen: unknown, wanted: unknown, at: Date, timeZone: string): boolean {
  if (typeof seen !== 'string' || !/^\d{4}-/.test(seen)) return false;
  const isDay = seen.length === 10;
  if (op === 'BEFORE') return Date.parse(seen) < Date.parse(String(wanted));
  if (op === 'AFTER') return Date.parse(seen) > Date.parse(String(wanted));
  const day = isDay ? Date.parse(seen) / 86_400_000 : wallDay(Date.parse(seen), timeZone);
  const ago = wallDay(at.getTime(), timeZone) - day;
  return op === 'WITHIN_LAST_DAYS' && ago >= 0 && ago < Number(wanted);
}

/** The events that count: of one name, of days up to today, that meet the conditions; the oldest first. */
function counting(
  name: string,
  where: readonly TraitCondition[] | null | undefined,
  question: NaiveQuestion,
): NaiveEvent[] {
  const { facts, at, timeZone } = question;
  const today = wallDay(at.getTime(), timeZone);
  return facts.events
    .filter((event) => event.name === name && wallDay(event.occurredAt, timeZone) <= today)
    .filter(({ properties }) => (where ?? []).every((one) => conditionHolds(one, dig(properties, one.path), question)))
    .sort((a, b) => a.occurredAt - b.occurredAt || (a.messageId < b.messageId ? -1 : 1));
}

function eventHolds(condition: NonNullable<RuleInput['event']>, question: NaiveQuestion): boolean {
  const { name, where, withinDays, aggregate = 'COUNT', property, op = 'GTE', value = 1 } = condition;
  const { at, timeZone } = question;
  const ago = (event: NaiveEvent) => wallDay(at.getTime(), timeZone) - wallDay(event.occurredAt, timeZone);
  const events = counting(name, where, question).filter((event) => ago(event) < (withinDays ?? Number.MAX_VALUE));
  const values = events
    .map(({ properties }) => dig(properties, property ?? ''))
    .filter((one) => (one ?? null) !== null);
  const isPhone = (one: number) => /^1[3-9]\d{9}$/.test(String(one));
  const numbers = values.filter((one): one is number => typeof one === 'number' && !isPhone(one));
  const [first, last] = [events[0], events.at(-1)];
  const made: Record<string, number | undefined> = {
    COUNT: events.length,
    SUM: decimal(numbers),
    AVG: numbers.length > 0 ? decimal(numbers) / numbers.length : undefined,
    MIN: numbers.length > 0 ? Math.min(...numbers) : undefined,
    MAX: numbers.length > 0 ? Math.max(...numbers) : undefined,
    DAYS_SINCE_FIRST: first && ago(first),
    DAYS_SINCE_LAST: last && ago(last),
    DISTINCT: new Set<unknown>(values.filter((one) => typeof one === (property === 'total' ? 'number' : 'string')))
      .size,
  };
  const number = made[aggregate];
  return number !== undefined && numberHolds(op, number, value);
}

/** A sum as one does it on paper, to six places. */
function decimal(numbers: readonly number[]): number {
  return Number(numbers.reduce((sum, one) => sum + one, 0).toFixed(6));
}

function sequenceHolds({ steps, withinDays }: NonNullable<RuleInput['sequence']>, question: NaiveQuestion): boolean {
  const span = withinDays * 24 * 60 * 60 * 1000;
  const goesOn = (rest: readonly SequenceStep[], before: NaiveEvent | null): boolean => {
    const [step, ...later] = rest;
    if (!step) return true;
    return counting(step.name, step.where, question).some(
      (event) => follows(event, before, span) && goesOn(later, event),
    );
  };
  return goesOn(steps, null);
}

function follows(event: NaiveEvent, before: NaiveEvent | null, span: number): boolean {
  if (!before) return true;
  const isLater =
    event.occurredAt > before.occurredAt ||
    (event.occurredAt === before.occurredAt && event.messageId > before.messageId);
  return isLater && event.occurredAt - before.occurredAt <= span;
}
