import { registerEnumType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';

export enum IdentityEdgeKind {
  IDENTIFIER = 'IDENTIFIER',
  PROBABILISTIC = 'PROBABILISTIC',
  MANUAL = 'MANUAL',
  CANNOT_LINK = 'CANNOT_LINK',
  REFUSED = 'REFUSED',
}
registerEnumType(IdentityEdgeKind, {
  name: 'IdentityEdgeKind',
  description: 'What kind of evidence an edge is.',
  valuesConfig: {
    IDENTIFIER: { description: 'Both hold the same identifier.' },
    PROBABILISTIC: { description: 'What is known of them is alike.' },
    MANUAL: { description: 'A person made them one.' },
    CANNOT_LINK: { description: 'A person took them apart.' },
    REFUSED: { description: 'They share something and are still not one person, for the reason given.' },
  },
});

/** An edge between two accounts: why they are, or are not, one person. Closed when it no longer holds, never deleted. */
@Collection({ collection: 'links', indexes: [{ keys: { tenantId: 1, accountIds: 1 } }] })
export class Link {
  @Attribute(() => String, {
    hidden: true,
    description: 'tenant:lower account:higher account:kind:rule:evidence; of a review without the kind',
  })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => [String], {
    hidden: true,
    description: 'Both ends, the lower first; where it is stored, then all others that it bars from each other.',
  })
  accountIds!: [string, string];

  @Attribute(() => IdentityEdgeKind, { hidden: true })
  kind!: IdentityEdgeKind;

  @Attribute(() => String, { hidden: true })
  rule!: string;

  @Attribute(() => String, { hidden: true, description: 'Of REFUSED: why, as LIMIT_PHONE.' })
  refusal!: string | null;

  @Attribute(() => Buffer, {
    hidden: true,
    description: 'What a person gave as the reason, sealed under the tenant key.',
  })
  sealedReason!: Buffer | null;

  @Attribute(() => Number, { hidden: true })
  weight!: number | null;

  @Attribute(() => Object, {
    hidden: true,
    description:
      'The blinded identifier both ends hold, or the version of the model by which they are alike; of a review the candidate; of CANNOT_LINK the accounts on either side.',
  })
  evidence!: Record<string, unknown>;

  @Attribute(() => Boolean, { hidden: true })
  active!: boolean;

  @Attribute(() => Date, { hidden: true })
  createdAt!: Date;

  @Attribute(() => String, { hidden: true })
  createdBy!: string;
}
