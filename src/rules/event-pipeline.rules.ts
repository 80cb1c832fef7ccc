import { propertyProtection } from '../channels/personal-names.js';
import { EventAggregate } from '../segments/rule-operator.js';
import type { Calendar } from './calendar.rules.js';
import { type Measure, measureSummary } from './measure.rules.js';
import type { EventClause } from './rule.js';
import { GREATEST_SUMMED, MILLION } from './series.rules.js';
import { type Filter, notStored, storedComparison } from './stored-comparison.rules.js';

/** What the pipeline makes of one account's events that match. */
export interface AccountSummary {
  /** The account. */
  readonly _id: string;
  /** Whether values that are compared are sealed in some of its events: they have to be opened and read one by one. */
  readonly toOpen: boolean;
  readonly count: number;
  /** Numbers in millionths, and how many there are. */
  readonly sum: number | bigint;
  readonly parts: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly first: Date;
  readonly last: Date;
  readonly values: readonly unknown[];
}

/** What a pipeline over events is made for, besides the clause. */
export interface PipelineWorld {
  readonly tenantId: string;
  readonly calendar: Calendar;
  readonly at: Date;
}

const TYPES_OF_NUMBERS = ['int', 'long', 'double'];

/**
 * An event clause as an aggregation over the collection of events: one `AccountSummary` for each account with events that
 * match. NOT_IMPLEMENTED, with the place, for times kept as text and for properties whose name is sealed everywhere.
 */
export function eventPipeline(clause: EventClause, { tenantId, calendar, at }: PipelineWorld): Filter[] {
  const { name, where, withinDays, property, place } = clause;
  const paths = [...where.map(({ path }) => path), ...(property ? [property.path] : [])];
  for (const path of paths) refuseSealed(path, place);
  if (property?.kind === 'instant')
    throw notStored(place, 'times that are stored as text are not told apart by the database yet');
  const today = calendar.dayOf(at.getTime());
  const conditions = where.map((one) => storedComparison(one, `properties.${one.path}`, today));
  const isHidden = { $or: [false, ...paths.map((path) => isNull(path))] };
  return [
    { $match: { tenantId, name, occurredAt: spanOf(withinDays, today, calendar) } },
    ...(conditions.length > 0 ? [{ $match: { $or: [{ $and: conditions }, { $expr: isHidden }] } }] : []),
    { $group: { _id: '$accountId', toOpen: { $max: isHidden }, ...madeOf(clause) } },
  ];
}

/** What is made of a person's events, out of what was made of each of their accounts. */
export function measureOfAccounts(
  clause: EventClause,
  accounts: readonly AccountSummary[],
  world: PipelineWorld,
): Measure | null {
  const { calendar, at } = world;
  const total = (numbers: readonly (number | bigint)[]) => numbers.reduce<bigint>((sum, one) => sum + BigInt(one), 0n);
  const present = (numbers: readonly (number | null)[]) => numbers.filter((one) => one !== null);
  const days = (dates: readonly Date[]) => dates.map((date) => calendar.dayOf(date.getTime()));
  return measureSummary(clause.aggregate, {
    count: Number(total(accounts.map(({ count }) => count))),
    sum: total(accounts.map(({ sum }) => sum)),
    parts: Number(total(accounts.map(({ parts }) => parts))),
    numbers: present(accounts.flatMap(({ min, max }) => [min, max])),
    days: days(accounts.flatMap(({ first, last }) => [first, last])),
    values: new Set(accounts.flatMap(({ values }) => values).filter((value) => value !== null)).size,
    today: calendar.dayOf(at.getTime()),
  });
}

/** Both bounds exclude, as `within` in platform/span.rules.ts says why. */
function spanOf(withinDays: number | null, today: number, { startOf }: Calendar): Filter {
  const until = { $lt: new Date(startOf(today + 1)) };
  return withinDays === null ? until : { $gt: new Date(startOf(today - withinDays + 1) - 1), ...until };
}

function refuseSealed(path: string, place: string): void {
  if (path.split('.').some((name) => propertyProtection(name, undefined)))
    throw notStored(place, 'properties of class CORE are sealed, and not compared by the database');
}

/** A property that stands there as null may be one whose value is sealed. */
function isNull(path: string): Filter {
  return { $eq: [{ $type: `$properties.${path.split('.')[0]}` }, 'null'] };
}

function where(condition: Filter, value: unknown): Filter {
  return { $cond: [condition, value, null] };
}

function isOneOf(value: string, types: readonly string[]): Filter {
  return { $in: [{ $type: value }, types] };
}

const NONE = {
  sum: { $sum: 0 },
  parts: { $sum: 0 },
  min: { $min: null },
  max: { $max: null },
  values: { $addToSet: null },
};

function madeOf({ aggregate, property }: EventClause): Filter {
  const times = { count: { $sum: 1 }, first: { $min: '$occurredAt' }, last: { $max: '$occurredAt' } };
  if (!property) return { ...times, ...NONE };
  const value = `$properties.${property.path}`;
  if (aggregate === EventAggregate.DISTINCT) {
    const types = property.kind === 'number' ? TYPES_OF_NUMBERS : [property.kind === 'boolean' ? 'bool' : 'string'];
    return { ...times, ...NONE, values: { $addToSet: where(isOneOf(value, types), value) } };
  }
  const isNumber = isOneOf(value, TYPES_OF_NUMBERS);
  const isSummed = { $and: [isNumber, { $lte: [value, GREATEST_SUMMED] }, { $gte: [value, -GREATEST_SUMMED] }] };
  const millionths = { $toLong: { $floor: { $add: [{ $multiply: [value, MILLION] }, 0.5] } } };
  return {
    ...times,
    ...NONE,
    sum: { $sum: { $cond: [isSummed, millionths, 0] } },
    parts: { $sum: { $cond: [isSummed, 1, 0] } },
    min: { $min: where(isNumber, value) },
    max: { $max: where(isNumber, value) },
  };
}
