import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { AppError } from '../platform/errors.js';
import { Operator } from '../segments/rule-operator.js';
import type { Comparison } from './rule.js';

/** A condition in MongoDB's query language. */
export type Filter = Readonly<Record<string, unknown>>;

/** The condition that nothing meets. */
export const NOTHING: Filter = { _id: { $in: [] } };

const DAY = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';
const POSITIVE: Partial<Record<Operator, Operator>> = {
  NE: Operator.EQ,
  NOT_IN: Operator.IN,
  NOT_EXISTS: Operator.EXISTS,
};

/** NOT_IMPLEMENTED for a clause that the database can't answer yet; it names the place. */
export function notStored(place: string, why: string): AppError {
  return new AppError('NOT_IMPLEMENTED', `${place}: ${why}`, { path: place });
}

/** The operator whose outcome a comparison has, and whether the other way round. */
export function positiveOf(op: Operator): { readonly op: Operator; readonly isNegated: boolean } {
  const positive = POSITIVE[op];
  return positive ? { op: positive, isNegated: true } : { op, isNegated: false };
}

/** What holds where a condition does not. */
export function unless(condition: Filter): Filter {
  return { $nor: [condition] };
}

/** Whether there is a value at a path; a list is one, whatever it holds. */
export function existsAt(path: string): Filter {
  return { $or: [{ [path]: { $ne: null } }, { [path]: { $type: 'array' } }] };
}

/**
 * A comparison of the value that stands in clear at a path of stored documents; what `compileComparison` says of it,
 * the database says. Queries look into lists where predicates don't, so each condition says that there is none on the way.
 */
export function storedComparison(comparison: Comparison, path: string, today: number): Filter {
  const { op, isNegated } = positiveOf(comparison.op);
  const isList = comparison.kind === 'texts';
  const condition = op === Operator.EXISTS ? existsAt(path) : positive({ ...comparison, op }, path, today);
  const upTo = path.split('.').map((_, at, names) => names.slice(0, at + 1).join('.'));
  const plain = isList || op === Operator.EXISTS ? upTo.slice(0, -1) : upTo;
  const guards = plain.map((one) => ({ [one]: { $not: { $type: 'array' } } }));
  const whole = { $and: [condition, ...guards] };
  return isNegated ? unless(whole) : whole;
}

function positive({ kind, op, value, place }: Comparison, path: string, today: number): Filter {
  if (kind === 'instant') throw notStored(place, 'times that are stored as text are not compared by the database yet');
  if (kind === 'day' && IN_TIME[op]) return storedDay(path, IN_TIME[op](value as never, today));
  if (kind === 'texts') return { $and: [{ [path]: { $type: 'array' } }, { [path]: value }] };
  const query = QUERIES[op];
  if (!query) throw new RangeError(`${op} is no comparison of stored values`);
  return { [path]: query(value) };
}

type Bounds = Readonly<Record<string, string>>;

const IN_TIME: Partial<Record<Operator, (value: never, today: number) => Bounds>> = {
  BEFORE: (day: string) => ({ $lt: day }),
  AFTER: (day: string) => ({ $gt: day }),
  WITHIN_LAST_DAYS: (days: number, today) => ({ $gt: textOf(today - days), $lte: textOf(today) }),
};

function textOf(day: number): string {
  return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

/** `$` also stands before a last line feed, so that is asked for by itself. */
function storedDay(path: string, bounds: Bounds): Filter {
  return { $and: [{ [path]: bounds }, { [path]: { $regex: DAY } }, { [path]: { $not: { $regex: '\\n' } } }] };
}

function literally(text: unknown): string {
  return String(text).replace(/[\\^$.*+?()[\]{}|/#-]/g, '\\$&');
}

const QUERIES: Partial<Record<Operator, (value: unknown) => Filter>> = {
  EQ: (value) => ({ $eq: value }),
  IN: (value) => ({ $in: value }),
  GT: (value) => ({ $gt: value }),
  GTE: (value) => ({ $gte: value }),
  LT: (value) => ({ $lt: value }),
  LTE: (value) => ({ $lte: value }),
  CONTAINS: (value) => ({ $regex: literally(value) }),
  STARTS_WITH: (value) => ({ $regex: `^${literally(value)}` }),
};
