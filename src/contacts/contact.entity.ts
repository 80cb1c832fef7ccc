import { Channel } from '../channels/channel.js';
import { Attribute, Collection } from '../platform/entity.js';

/** That somebody was contacted, or is about to be: said of one account, so that it follows that account. Never changed. */
@Collection({ collection: 'contacts', indexes: [{ keys: { tenantId: 1, accountId: 1, number: -1 } }] })
export class Contact {
  @Attribute(() => String, {
    hidden: true,
    description: 'tenant:ctc_ULID_number, the ULID that of the account: two senders can not both write the same number',
  })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  accountId!: string;

  @Attribute(() => Number, { hidden: true, description: "Counts the account's contacts, from 1." })
  number!: number;

  @Attribute(() => Channel, { hidden: true })
  channel!: Channel;

  @Attribute(() => String, { hidden: true, description: "The sender's name for the campaign." })
  campaign!: string | null;

  @Attribute(() => String, { hidden: true, description: 'Who recorded it.' })
  by!: string;

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}
