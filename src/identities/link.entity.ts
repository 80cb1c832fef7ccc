import { registerEnumType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';

export enum IdentityEdgeKind {
  IDENTIFIER = 'IDENTIFIER',
  PROBABILISTIC = 'PROBABILISTIC',
  MANUAL = 'MANUAL',
  CANNOT_LINK = 'CANNOT_LINK',
  REFUSED = 'REFUSED',
}
registerEnumType(IdentityEdgeKind, { name: 'IdentityEdgeKind', description: 'What kind of evidence an edge is.' });

/** An edge between two accounts: why they are, or are not, one person. Closed when it no longer holds, never deleted. */
@Collection({ collection: 'links', indexes: [{ keys: { tenantId: 1, accountIds: 1 } }] })
export class Link {
  @Attribute(() => String, { hidden: true, description: 'tenant:lower account:higher account:kind:rule' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => [String], { hidden: true, description: 'Both ends, the lower first.' })
  accountIds!: [string, string];

  @Attribute(() => IdentityEdgeKind, { hidden: true })
  kind!: IdentityEdgeKind;

  @Attribute(() => String, { hidden: true })
  rule!: string;

  @Attribute(() => Buffer, {
    hidden: true,
    description: 'What a person gave as the reason, sealed under the tenant key.',
  })
  sealedReason!: Buffer | null;

  @Attribute(() => Number, { hidden: true })
  weight!: number | null;

  @Attribute(() => Object, { hidden: true, description: 'The blinded identifiers both ends hold.' })
  evidence!: Record<string, unknown>;

  @Attribute(() => Boolean, { hidden: true })
  active!: boolean;

  @Attribute(() => Date, { hidden: true })
  createdAt!: Date;

  @Attribute(() => String, { hidden: true })
  createdBy!: string;
}
