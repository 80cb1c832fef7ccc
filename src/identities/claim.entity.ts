import { Attribute, Collection } from '../platform/entity.js';

/** When an account held an identifier: the first and the last time, to the day. */
export interface Holding {
  readonly from: Date;
  readonly to: Date;
}

/** Which accounts hold one identifier: the point at which concurrent writers find each other. */
@Collection({ collection: 'claims' })
export class Claim {
  @Attribute(() => String, { hidden: true, description: 'tenant:blinded identifier' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Object, { hidden: true, description: 'Holdings by account id: the first 128 accounts.' })
  holders!: Record<string, Holding>;

  @Attribute(() => Number, {
    hidden: true,
    description: 'How many holders it names; at 128 it names no more, and who comes later is linked to one of them.',
  })
  size!: number;
}
