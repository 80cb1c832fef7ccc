import { ObjectType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { Node } from '../platform/node.js';
import { BigIntScalar, DateTime, JSONObject } from '../platform/scalars.js';

/** Who did what, chained to the entry before. */
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'Who did what, chained by its hash to the entry before.',
})
export class AuditEntry extends Node {
  @Attribute(() => BigIntScalar, { description: "Its place in the tenant's log, from 1, without gaps." })
  sequence!: bigint;

  @Attribute(() => DateTime)
  at!: Date;

  @Attribute(() => String, { description: "A user's subject, an API token's id, or the product itself." })
  actor!: string;

  @Attribute(() => String, { description: 'What was done.' })
  action!: string;

  @Attribute(() => String, { nullable: true, description: 'What it was done to: an id.' })
  subject!: string | null;

  @Attribute(() => String, { description: 'How it ended.' })
  outcome!: string;

  @Attribute(() => JSONObject, { description: 'More about it: ids and names of fields, never personal values.' })
  details!: Record<string, unknown>;

  @Attribute(() => String, { description: 'The hash of the entry before.' })
  previousHash!: string;

  @Attribute(() => String, { description: 'Over the entry in its canonical form, previousHash included.' })
  hash!: string;
}
