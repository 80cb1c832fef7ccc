import { ObjectType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { BigIntScalar, DateTime, JSONObject } from '../platform/scalars.js';

/**
 * Who did what, chained to the entry before. What counts is the canonical form, which the hash is over; the attributes
 * beside it are copies to find entries by.
 */
@Collection({
  collection: 'audit_entries',
  indexes: [
    { keys: { tenantId: 1, at: -1, _id: -1 } },
    { keys: { tenantId: 1, actor: 1, at: -1, _id: -1 } },
    { keys: { tenantId: 1, action: 1, at: -1, _id: -1 } },
    { keys: { tenantId: 1, subjects: 1, at: -1, _id: -1 } },
  ],
})
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'Who did what, chained by its hash to the entry before.',
})
export class AuditEntry extends Node {
  @Attribute(() => BigIntScalar, { description: "Its place in the tenant's log, from 1, without gaps." })
  sequence!: number;

  @Attribute(() => DateTime)
  at!: Date;

  @Attribute(() => String, { description: "A user's subject, an API token's id, or the product itself." })
  actor!: string;

  @Attribute(() => String, { description: 'What was done.' })
  action!: string;

  @Attribute(() => String, { nullable: true, derived: true, description: 'What it was done to: an id.' })
  subject!: string | null;

  @Attribute(() => String, { derived: true, description: 'How it ended: OK, or the code of the error.' })
  outcome!: string;

  @Attribute(() => JSONObject, {
    derived: true,
    description: 'More about it: ids and names of fields, never personal values.',
  })
  details!: Readonly<Record<string, unknown>>;

  @Attribute(() => String, { derived: true, description: 'The hash of the entry before.' })
  previousHash!: string;

  @Attribute(() => String, { description: 'Over the entry in its canonical form, previousHash included.' })
  hash!: string;

  @Attribute(() => String, {
    description: 'The entry as RFC 8785 writes it: what the hash is over, and the leaf of the Merkle tree.',
  })
  canonical!: string;

  @Attribute(() => String, { hidden: true, description: 'tenant:000000000000042' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => [String], { hidden: true, description: 'All that it was done to.' })
  subjects!: string[];

  @Attribute(() => [Buffer], {
    hidden: true,
    description: 'The nodes of the Merkle tree that this leaf made whole, from the lowest.',
  })
  nodes!: Buffer[];

  @Attribute(() => String, { hidden: true, description: 'The item of the inbox it came by, and its number in there.' })
  origin!: string;
}
registerNode('aud', () => 'AuditEntry');
