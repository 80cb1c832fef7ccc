import { Float, ID, Int, ObjectType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { DateTime } from '../platform/scalars.js';
import { MatchStatus } from './match-status.js';

/** How far one thing compared speaks for a match. */
@ObjectType({ simpleResolvers: true, description: 'How far one thing compared speaks for or against a match.' })
export class MatchComparison {
  @Attribute(() => String, { description: 'What was compared, as `phone`.' })
  field!: string;

  @Attribute(() => String, { description: 'How well the two agree, as `exact`.' })
  level!: string;

  @Attribute(() => String, {
    nullable: true,
    sensitivity: 'CORE',
    mask: 'hidden',
    description: 'Null where there is none, or the caller may not see it.',
  })
  leftValue!: string | null;

  @Attribute(() => String, {
    nullable: true,
    sensitivity: 'CORE',
    mask: 'hidden',
    description: 'Null where there is none, or the caller may not see it.',
  })
  rightValue!: string | null;

  @Attribute(() => Float, { description: 'In bits: above 0 speaks for a match, below 0 against it.' })
  weight!: number;
}

/** Why two records may be one person. */
@ObjectType({
  simpleResolvers: true,
  description: 'Why two may be one person. Match weight in bits: the prior plus one weight a comparison.',
})
export class MatchExplanation {
  @Attribute(() => Float, {
    description: 'Posterior probability of a match, 0 to 1: 2^w / (1 + 2^w) with the match weight w.',
  })
  probability!: number;

  @Attribute(() => Float, { description: 'In bits: priorWeight and the weights of all comparisons added up.' })
  matchWeight!: number;

  @Attribute(() => Float, { description: 'In bits: what two records picked at random start from.' })
  priorWeight!: number;

  @Attribute(() => [MatchComparison])
  comparisons!: MatchComparison[];
}

/** Two channel accounts that are alike, by one version of the model: from the review threshold on. */
@Collection({
  collection: 'match_candidates',
  indexes: [
    { keys: { tenantId: 1, model: 1, accountIds: 1 } },
    { keys: { tenantId: 1, model: 1, status: 1, probability: -1, _id: 1 } },
  ],
})
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'Two channel accounts that may be one person, seen through the profiles they are in now.',
})
export class MatchCandidate extends Node {
  @Attribute(() => ID, { derived: true })
  leftAccountId!: string;

  @Attribute(() => ID, { derived: true })
  rightAccountId!: string;

  @Attribute(() => Float, { description: 'Posterior probability that they are one person, 0 to 1.' })
  probability!: number;

  @Attribute(() => MatchStatus)
  status!: MatchStatus;

  @Attribute(() => MatchExplanation, { derived: true })
  explanation!: MatchExplanation;

  @Attribute(() => DateTime)
  createdAt!: Date;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => [String], { hidden: true, description: 'Both accounts, the lower id first.' })
  accountIds!: [string, string];

  @Attribute(() => Int, { hidden: true, description: 'The version of the model they were weighed by.' })
  model!: number;

  @Attribute(() => Number, { hidden: true, description: 'In bits.' })
  weight!: number;

  @Attribute(() => Date, { hidden: true, description: 'When somebody said what became of it.' })
  reviewedAt?: Date;

  @Attribute(() => [String], { hidden: true, description: 'The blinded blocking keys they share.' })
  blocks!: string[];
}
registerNode('mtc', () => 'MatchCandidate');
