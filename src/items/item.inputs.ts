import { Field, InputType } from 'type-graphql';
import { MoneyInput } from '../platform/money.js';
import { JSONObject } from '../platform/scalars.js';

/** An item as a client gives it. */
@InputType({ description: 'An item as a client gives it: it replaces the one with the same sku.' })
export class ItemInput {
  @Field(() => String, { description: "The tenant's own key." })
  sku!: string;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  category?: string | null;

  @Field(() => String, { nullable: true })
  seller?: string | null;

  @Field(() => MoneyInput, { nullable: true })
  price?: MoneyInput | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: 'What is out of stock is not recommended.' })
  inStock?: boolean | null;

  @Field(() => JSONObject, { nullable: true, description: 'Whatever else is to be kept about it.' })
  attributes?: Record<string, unknown> | null;
}
