import {
  type AttributeSpec,
  isStandardTrait,
  STANDARD_TRAIT_NAMES,
  STANDARD_TRAITS,
} from '../channels/trait-catalogue.js';
import { cleanText } from '../ingestion/text.rules.js';
import type { Sensitivity } from '../platform/entity.js';
import { AppError, badInput } from '../platform/errors.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { Operator } from '../segments/rule-operator.js';
import { COMPARING_WHOLE } from './comparison.rules.js';
import { readComparand, suggesting } from './read-value.rules.js';
import type { Comparison } from './rule.js';
import type { RuleCatalogue } from './rule-catalogue.js';
import { type EventSchema, STANDARD_EVENTS } from './standard-events.js';
import { nearestName } from './suggestion.rules.js';
import { classOfCustomTrait, classOfProperty, classOfTrait } from './value-class.rules.js';
import { KIND_OF_ATTRIBUTE, OPERATORS_OF, type ValueKind } from './value-kind.js';

const LONGEST_SHOWN = 64;
const CUSTOM = 'custom.';
const OPERATORS = Object.values(Operator);

/** A path that was found: under which name it is kept, how its values compare, of which data class they are. */
interface Found {
  readonly path: string;
  readonly kind: ValueKind;
  readonly sensitivityOf: (value: unknown) => Sensitivity;
}

type Find = (path: string, place: string) => Found;

/** A name as an error may quote it: bounded, well formed, without personal data. */
export function shown(name: unknown): string {
  if (typeof name !== 'string') return 'what is no text';
  return holdsPersonalData(name) ? '…' : `"${name.slice(0, LONGEST_SHOWN).toWellFormed()}"`;
}

/** The refusal of a name that isn't known, with the one that was probably meant. */
export function unknownName(place: string, what: string, name: unknown, known: Iterable<string>): AppError {
  const suggestion = nearestName(String(name).slice(0, LONGEST_SHOWN), known);
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return badInput(place, `${shown(name)} is no known ${what}${hint}`, suggestion === undefined ? {} : { suggestion });
}

/** One of an enumeration's values. */
export function readEnum<T extends string>(value: unknown, values: readonly T[], place: string, what: string): T {
  if (values.includes(value as T)) return value as T;
  throw unknownName(place, what, value, values);
}

function findTrait({ customTraits }: RuleCatalogue): Find {
  return (path, place) => {
    if (isStandardTrait(path)) {
      const spec: AttributeSpec = STANDARD_TRAITS[path];
      if (spec.kind !== 'money')
        return { path, kind: KIND_OF_ATTRIBUTE[spec.kind], sensitivityOf: (value) => classOfTrait(path, value) };
    }
    const name = path.startsWith(CUSTOM) ? path.slice(CUSTOM.length) : path;
    const kind = customTraits.get(name);
    if (!kind) throw unknownName(place, 'trait', path, [...STANDARD_TRAIT_NAMES, ...customTraits.keys()]);
    return { path: name, kind, sensitivityOf: (value) => classOfCustomTrait(name, value) };
  };
}

/** The properties an event is known to have. */
export function propertiesOf(name: string, { events }: RuleCatalogue): EventSchema {
  return new Map([...(STANDARD_EVENTS.get(name) ?? []), ...(events.get(name) ?? [])]);
}

/** A property of an event, by its path. */
export function findProperty(event: string, catalogue: RuleCatalogue): Find {
  const known = propertiesOf(event, catalogue);
  return (path, place) => {
    const kind = known.get(path);
    if (!kind) throw unknownName(place, `property of ${shown(event)}`, path, known.keys());
    return { path, kind, sensitivityOf: (value) => classOfProperty(path, value) };
  };
}

/** FORBIDDEN where a value would be compared for somebody who may not know it; `isWhole`: it is compared for being equal. */
export function refuseClosed(
  { sensitivityOf }: Found,
  value: unknown,
  place: string,
  { access }: RuleCatalogue,
  isWhole: boolean,
): void {
  const classes = (Array.isArray(value) ? value : [value]).map(sensitivityOf);
  const closed = classes.find((one) => access[one] === 'CLOSED' || (access[one] === 'WHOLE' && !isWhole));
  if (closed === undefined) return;
  const what = access[closed] === 'WHOLE' ? 'may be compared for being equal alone' : 'may not be looked up';
  throw new AppError('FORBIDDEN', `${place}: values of class ${closed} ${what}`, { path: place });
}

function refuseOperator(op: Operator, kind: ValueKind, place: string): never {
  const known = OPERATORS_OF[kind];
  const inTime: Partial<Record<Operator, Operator>> = { LT: Operator.BEFORE, GT: Operator.AFTER };
  const meant = inTime[op];
  const { suggestion } = meant && known.includes(meant) ? { suggestion: meant } : suggesting(op, known);
  throw badInput(place, `${op} can't compare a value of kind ${kind}; there are ${known.join(', ')}`, {
    ...(suggestion && { suggestion }),
  });
}

function readComparison(
  input: unknown,
  place: string,
  catalogue: RuleCatalogue,
  find: Find,
): Omit<Comparison, 'value'> & { value: unknown } {
  const { path, op, value } = (input ?? {}) as { path?: unknown; op?: unknown; value?: unknown };
  if (typeof path !== 'string') throw badInput(`${place}.path`, 'must be text');
  const found = find(path, `${place}.path`);
  const operator = readEnum(op, OPERATORS, `${place}.op`, 'operator');
  refuseClosed(found, value, `${place}.path`, catalogue, COMPARING_WHOLE.has(operator));
  if (!OPERATORS_OF[found.kind].includes(operator)) refuseOperator(operator, found.kind, `${place}.op`);
  return { place, path: found.path, kind: found.kind, op: operator, value };
}

function withComparand(read: ReturnType<typeof readComparison>, catalogue: RuleCatalogue): Comparison {
  const { kind, op, place, value } = read;
  return { ...read, value: readComparand(value, { kind, op, place: `${place}.value` }, catalogue.locale) };
}

/** A comparison of a trait: its text is cleaned as traits are when they come in. */
export function readTraitComparison(input: unknown, place: string, catalogue: RuleCatalogue): Comparison {
  const read = readComparison(input, place, catalogue, findTrait(catalogue));
  const clean = (value: unknown) => (typeof value === 'string' ? cleanText(value) : value);
  const value = Array.isArray(read.value) ? read.value.map(clean) : clean(read.value);
  return withComparand({ ...read, value }, catalogue);
}

/** A comparison of an event's property: properties are kept as they came. */
export function readPropertyComparison(
  input: unknown,
  place: string,
  event: string,
  catalogue: RuleCatalogue,
): Comparison {
  return withComparand(readComparison(input, place, catalogue, findProperty(event, catalogue)), catalogue);
}
