import { Attribute, Collection } from '../platform/entity.js';

/** Accounts that are compared with each other, since they share something: where they find each other. */
@Collection({ collection: 'blocks', indexes: [{ keys: { tenantId: 1, accountIds: 1 } }] })
export class Block {
  @Attribute(() => String, { hidden: true, description: 'tenant:blinded blocking key' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Number, {
    hidden: true,
    description: 'How many accounts it may have: with more it is full, and tells nothing.',
  })
  most!: number;

  @Attribute(() => [String], { hidden: true, description: 'The accounts that came first, one more than it may have.' })
  accountIds!: string[];
}
