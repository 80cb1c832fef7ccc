import { Field, InputType, ObjectType } from 'type-graphql';
import { Attribute } from './entity.js';

/** An amount with its currency; `amount` is a decimal string, so that no cent is lost in a float. */
@ObjectType({ simpleResolvers: true, description: 'An amount with its currency.' })
export class Money {
  @Attribute(() => String, { description: 'A decimal string, as `199.00`.' })
  amount!: string;

  @Attribute(() => String, { description: 'ISO 4217, as `CNY`.' })
  currency!: string;
}

/** Money as a client gives it. */
@InputType({ description: 'An amount with its currency.' })
export class MoneyInput {
  @Field(() => String, { description: 'A decimal string, as `199.00`.' })
  amount!: string;

  @Field(() => String, { description: 'ISO 4217, as `CNY`.' })
  currency!: string;
}
