import type { PairExplanation } from '../matching/match-explanation.rules.js';
import { columnsOfField, type MatchField } from '../matching/match-schema.js';
import { ACCOUNT_SCHEMA } from './account-schema.js';
import type { AccountValues } from './account-values.rules.js';
import type { MatchExplanation } from './match-candidate.entity.js';

const FIELDS = new Map<string, MatchField>(ACCOUNT_SCHEMA.fields.map((field) => [field.name, field]));

/** An explanation with the values that were compared; what is said of a pair as a whole, as `household`, has none. */
export function shownExplanation(why: PairExplanation, left: AccountValues, right: AccountValues): MatchExplanation {
  const comparisons = why.comparisons.map((compared) => {
    const field = FIELDS.get(compared.field);
    const valueIn = (values: AccountValues) => (field ? fieldIn(values, field) : null);
    return { ...compared, leftValue: valueIn(left), rightValue: valueIn(right) };
  });
  return { ...why, comparisons };
}

/** The value of a field; one of several columns is their values, the widest first. */
function fieldIn(values: AccountValues, field: MatchField): string | null {
  const known: Readonly<Record<string, string | undefined>> = values;
  const parts = columnsOfField(field).flatMap((column) => known[column] ?? []);
  return parts.length === 0 ? null : parts.join(' ');
}
