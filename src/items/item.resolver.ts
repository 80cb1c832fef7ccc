import { Arg, Mutation, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { BulkResult } from '../tags/bulk-result.view.js';
import { ItemInput } from './item.inputs.js';

/** The catalogue of items. */
@Resolver()
export class ItemResolver {
  @Allow('settings:manage')
  @Mutation(() => BulkResult, { description: 'Adds items to the catalogue, or replaces those with the same sku.' })
  upsertItems(@Arg('items', () => [ItemInput]) _items: ItemInput[]): Promise<BulkResult> {
    throw notImplemented('upsertItems');
  }
}
