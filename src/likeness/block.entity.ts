import { Attribute, Collection } from '../platform/entity.js';

/**
 * Accounts that are compared with each other, since they share something: where they find each other. Or an account, with the
 * blocks it is in: both are written and read together, by one command each.
 */
@Collection({ collection: 'blocks', indexes: [{ keys: { tenantId: 1, keys: 1 } }] })
export class Block {
  @Attribute(() => String, { hidden: true, description: 'tenant:blinded blocking key, or tenant:account' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Number, {
    hidden: true,
    nullable: true,
    description: 'Of a block: how many accounts it may have. With more it is full, and tells nothing.',
  })
  most?: number;

  @Attribute(() => [String], {
    hidden: true,
    nullable: true,
    description: 'Of a block: the accounts that came first, one more than it may have.',
  })
  accountIds?: string[];

  @Attribute(() => [String], {
    hidden: true,
    nullable: true,
    description: 'Of an account: the blinded keys of the blocks that it is in, or would be in were they not full.',
  })
  keys?: string[];
}
