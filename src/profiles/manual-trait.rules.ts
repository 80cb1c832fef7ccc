import { isStandardTrait, STANDARD_TRAITS } from '../channels/trait-catalogue.js';
import { type Locale, parseAttribute } from '../ingestion/attribute.rules.js';
import { valueFault } from '../ingestion/shape.rules.js';
import { badInput } from '../platform/errors.js';
import { isWellFormed } from './quality.rules.js';
import type { ManualTrait } from './traits.entity.js';

const LONGEST_REASON = 1_000;
const MOST_MANUAL_TRAITS = 200;

/** A trait's value as a person gave it, normalised; BAD_USER_INPUT where it is none. Null gives the trait back to the fold. */
export function readManualValue(trait: string, value: unknown, locale: Locale): unknown {
  const fault = valueFault({ [trait]: value }, 'value');
  if (fault) throw badInput(fault.path ?? 'value', fault.message, { reason: fault.code });
  if (value === null || value === undefined) return null;
  if (!isStandardTrait(trait)) return value;
  const parsed = parseAttribute(STANDARD_TRAITS[trait].kind, value, locale);
  if ('expected' in parsed) throw badInput('value', `must be ${parsed.expected}`);
  if (!isWellFormed(trait, parsed.value)) throw badInput('value', `is no valid ${trait}`);
  return parsed.value;
}

/** The reason a person gives for a decision: 1 to 1,000 characters. */
export function readReason(reason: string): string {
  const text = reason.trim();
  if (text === '' || text.length > LONGEST_REASON)
    throw badInput('reason', `must be text of 1 to ${LONGEST_REASON} characters`);
  return text;
}

/** The order of facts: by time; what two people set at one moment is ordered by what it says. */
function comesAfter(a: ManualTrait, b: ManualTrait): boolean {
  if (a.at.getTime() !== b.at.getTime()) return a.at > b.at;
  const said = ({ trait, accountId, value }: ManualTrait) => JSON.stringify([trait, accountId, value]);
  return said(a) > said(b);
}

/** Of what people set, the last for each trait and account; the 200 set last. Any order, at once or one by one, gives the same. */
export function latestManual(facts: readonly ManualTrait[]): ManualTrait[] {
  const latest = new Map<string, ManualTrait>();
  for (const fact of facts) {
    const key = `${fact.trait}\0${fact.accountId}`;
    const known = latest.get(key);
    if (!known || comesAfter(fact, known)) latest.set(key, fact);
  }
  return [...latest.values()].sort((a, b) => (comesAfter(a, b) ? -1 : 1)).slice(0, MOST_MANUAL_TRAITS);
}
