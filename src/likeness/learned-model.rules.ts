import { COMPARISONS } from '../matching/comparisons.rules.js';
import { LEVELS_AT_MOST, weightsOf } from '../matching/level-weights.js';
import type { MatchModel } from '../matching/match-model.js';
import type { MatchField } from '../matching/match-schema.js';
import { AppError } from '../platform/errors.js';

/** Fewer people's names than this teach nothing of how names agree. */
const LEAST_NAMED = 100;
/** With fewer pairs of one person, what is learned is what was assumed. */
const LEAST_MATCHES = 10;
/** No tenant's accounts are one person's to this share: the classes have changed places. */
const GREATEST_MATCH = 0.25;

/** CONFLICT where too few accounts state a name. */
export function requireNames(named: number): void {
  if (named >= LEAST_NAMED) return;
  const message = `Too few accounts to learn from: ${named} state a name, and it takes ${LEAST_NAMED}.`;
  throw new AppError('CONFLICT', message, { named });
}

/** CONFLICT where what was learned doesn't tell one person from two: hardly anybody was found twice, or all seem to be one. */
export function requireMatches({ match, records }: MatchModel): void {
  if (match > GREATEST_MATCH) throw new AppError('CONFLICT', 'The accounts are too much alike to learn from.');
  const matches = Math.floor((match * records * (records - 1)) / 2);
  if (matches >= LEAST_MATCHES) return;
  const message = `Too few to learn from; pairs of accounts that seem to be one person's: ${matches}, and it takes ${LEAST_MATCHES}.`;
  throw new AppError('CONFLICT', message, { matches });
}

/** A model with these fields and their levels in their order, as it is used by place: what it knows nothing of weighs nothing. */
export function fittedTo(fields: readonly MatchField[], model: MatchModel): MatchModel {
  const learned = new Map(model.fields.map((field) => [field.field, field]));
  return {
    ...model,
    fields: fields.map(({ name, kind }) => {
      const { levels = [], frequencies = null, defaults = [] } = learned.get(name) ?? {};
      const known = new Map(levels.map((one) => [one.level, one]));
      const unknown = (level: string) => ({ level, match: 1, random: 1, household: 1 });
      return {
        field: name,
        levels: COMPARISONS[kind].levels.map((level) => known.get(level) ?? unknown(level)),
        frequencies,
        defaults,
      };
    }),
  };
}

/** What a person may see of a model: how much each level of a field speaks for one person, in bits, and no value. */
export function shownModel({ match, ...model }: MatchModel) {
  const weights = weightsOf({ match, ...model });
  const fields = model.fields.map(({ field, levels }, at) => ({
    field,
    levels: levels.map(({ level }, place) => ({
      level,
      weight: rounded(weights.match[at * LEVELS_AT_MOST + place + 1] ?? 0),
    })),
  }));
  return { match, fields };
}

function rounded(bits: number): number {
  return Math.round(bits * 100) / 100;
}
