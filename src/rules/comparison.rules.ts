import { parseInstant } from '../ingestion/normalise.rules.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { Operator } from '../segments/rule-operator.js';
import { type Calendar, dayNumberOfText } from './calendar.rules.js';
import type { Comparand, Comparison } from './rule.js';
import type { Moment } from './subject.js';
import type { ValueKind } from './value-kind.js';

/** What comparing depends on, besides the two values. */
export interface Zone {
  readonly timeZone: string;
  readonly calendar: Calendar;
}

/** Whether an observed value stands a comparison at a moment; undefined and null are no value. */
export type Holds = (observed: unknown, moment: Moment) => boolean;

/** A value as its kind compares it: an instant in milliseconds; undefined where it is of another kind. */
type Decode = (observed: unknown) => unknown;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function asText(observed: unknown): string | undefined {
  return typeof observed === 'string' ? observed : undefined;
}

/** How values of a kind are read. */
export function decoder(kind: ValueKind, { timeZone }: Zone): Decode {
  if (kind === 'number') return (observed) => (typeof observed === 'number' ? observed : undefined);
  if (kind === 'boolean') return (observed) => (typeof observed === 'boolean' ? observed : undefined);
  if (kind === 'texts') return (observed) => (Array.isArray(observed) ? observed : undefined);
  if (kind === 'instant') return (observed) => parseInstant(asText(observed), timeZone)?.getTime();
  if (kind === 'day') return (observed) => (DAY.test(asText(observed) ?? '') ? observed : undefined);
  return asText;
}

const { EQ, NE, IN, NOT_IN, EXISTS, NOT_EXISTS } = Operator;
/** What asks for a whole value, or for any. */
export const COMPARING_WHOLE: ReadonlySet<Operator> = new Set([EQ, NE, IN, NOT_IN, EXISTS, NOT_EXISTS]);

type Test = (decoded: never, comparand: never) => boolean;

const negated: Partial<Record<Operator, Operator>> = {
  NE: Operator.EQ,
  NOT_IN: Operator.IN,
  NOT_EXISTS: Operator.EXISTS,
};

const TESTS: Partial<Record<Operator, Test>> = {
  EQ: (a: unknown, b: unknown) => a === b,
  GT: (a: number, b: number) => a > b,
  GTE: (a: number, b: number) => a >= b,
  LT: (a: number, b: number) => a < b,
  LTE: (a: number, b: number) => a <= b,
  BEFORE: (a: number | string, b: number | string) => a < b,
  AFTER: (a: number | string, b: number | string) => a > b,
  CONTAINS: (a: string | readonly string[], b: string) => a.includes(b),
  STARTS_WITH: (a: string, b: string) => a.startsWith(b),
};

/** The calendar day of a decoded value that is a time. */
function dayOfValue(kind: ValueKind, { calendar }: Zone): (decoded: unknown) => number {
  return kind === 'day' ? (text) => dayNumberOfText(text as string) : (instant) => calendar.dayOf(instant as number);
}

function testOf(op: Operator, comparand: Comparand): (decoded: unknown) => boolean {
  if (op === Operator.IN) {
    const listed = new Set<unknown>(comparand as readonly unknown[]);
    return (decoded) => listed.has(decoded);
  }
  const test = TESTS[op];
  if (!test) throw new RangeError(`${op} is no comparison of two values`);
  return (decoded) => test(decoded as never, comparand as never);
}

/**
 * A comparison, compiled. NE, NOT_IN and NOT_EXISTS hold wherever EQ, IN and EXISTS don't: also where there is no value.
 * WITHIN_LAST_DAYS counts calendar days, today included; what is still to come is not within. A phone or an email in a
 * field that is not named for one (`isNamedForPerson`) is compared as a whole or not at all: by parts or by order it
 * could be found out bit by bit, by who may not know what such a field holds.
 */
export function compileComparison(comparison: Comparison, zone: Zone, isNamedForPerson = true): Holds {
  const { kind, op, value } = comparison;
  if (!isNamedForPerson && !COMPARING_WHOLE.has(op)) return sparingPersons(compilePositive(kind, op, value, zone));
  const positive = negated[op];
  if (positive) {
    const holds = compilePositive(kind, positive, value, zone);
    return (observed, moment) => !holds(observed, moment);
  }
  return compilePositive(kind, op, value, zone);
}

function sparingPersons(holds: Holds): Holds {
  return (observed, moment) => holds(observed, moment) && !holdsPersonalData(observed);
}

function compilePositive(kind: ValueKind, op: Operator, comparand: Comparand, zone: Zone): Holds {
  if (op === Operator.EXISTS) return (observed) => observed !== undefined && observed !== null;
  const decode = decoder(kind, zone);
  if (op === Operator.WITHIN_LAST_DAYS) return within(decode, dayOfValue(kind, zone), Number(comparand));
  const test = testOf(op, comparand);
  return (observed) => {
    const decoded = decode(observed);
    return decoded !== undefined && test(decoded);
  };
}

function within(decode: Decode, dayOf: (decoded: unknown) => number, days: number): Holds {
  return (observed, { today }) => {
    const decoded = decode(observed);
    if (decoded === undefined) return false;
    const day = dayOf(decoded);
    return day <= today && day > today - days;
  };
}

/** The next day on which a comparison may come out otherwise though nothing happened; undefined where it never will. */
export function nextDayOf(
  { kind, op, value }: Comparison,
  zone: Zone,
): (observed: unknown, moment: Moment) => number | undefined {
  if (op !== Operator.WITHIN_LAST_DAYS) return () => undefined;
  const decode = decoder(kind, zone);
  const dayOf = dayOfValue(kind, zone);
  return (observed, { today }) => {
    const decoded = decode(observed);
    if (decoded === undefined) return undefined;
    const turns = [dayOf(decoded), dayOf(decoded) + Number(value)];
    return turns.find((turn) => turn > today);
  };
}

/** The value at a path of names; undefined where there is none. Lists are not entered. */
export function valueAt(holder: unknown, names: readonly string[]): unknown {
  let value = holder;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
