import { Attribute, Collection } from '../platform/entity.js';

/** What was learned once about how a tenant's accounts agree: weights and term frequencies. Never rewritten. */
@Collection({ collection: 'match_models' })
export class LearnedModel {
  @Attribute(() => String, { hidden: true, description: 'tenant:version, of eight digits' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Buffer, {
    hidden: true,
    description: 'A MatchModel as JSON, sealed under the tenant key: frequent names and places are in it.',
  })
  sealedModel!: Buffer;

  @Attribute(() => String, { hidden: true, description: 'The job that learned it.' })
  learnedBy!: string;

  @Attribute(() => Date, { hidden: true })
  createdAt!: Date;
}
