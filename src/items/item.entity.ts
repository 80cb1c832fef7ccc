import { ObjectType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { Money } from '../platform/money.js';
import { Node } from '../platform/node.js';
import { JSONObject } from '../platform/scalars.js';

/** Something the tenant sells or shows. */
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'Something the tenant sells or shows, and may recommend.',
})
export class Item extends Node {
  @Attribute(() => String, { description: "The tenant's own key; events name it as `properties.sku`." })
  sku!: string;

  @Attribute(() => String)
  name!: string;

  @Attribute(() => String, { nullable: true })
  category!: string | null;

  @Attribute(() => String, { nullable: true })
  seller!: string | null;

  @Attribute(() => Money, { nullable: true })
  price!: Money | null;

  @Attribute(() => Boolean, { description: 'What is out of stock is not recommended.' })
  inStock!: boolean;

  @Attribute(() => JSONObject, { description: 'Whatever else the tenant keeps about it.' })
  attributes!: Record<string, unknown>;
}
