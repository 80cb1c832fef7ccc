import { ObjectType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';
import { DateTime } from '../platform/scalars.js';

/** A document that a partner may run, by the hash of its text. */
@Collection({
  collection: 'trusted_documents',
  indexes: [{ keys: { tenantId: 1, partner: 1, sha256: 1 } }],
})
@ObjectType({
  simpleResolvers: true,
  description: 'A document that the API tokens of a partner may run, by its hash.',
})
export class TrustedDocument {
  @Attribute(() => String, { hidden: true })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { description: 'The name of the tokens that may run it: a successor keeps it.' })
  partner!: string;

  @Attribute(() => String, { description: 'SHA-256 of the text in UTF-8, hexadecimal.' })
  sha256!: string;

  @Attribute(() => String)
  text!: string;

  @Attribute(() => DateTime)
  registeredAt!: Date;
}
