import { Attribute, Collection } from '../platform/entity.js';
import type { RfmCuts } from './scores.rules.js';

/** The cuts between the scores of a tenant's customers, as of one moment. Made anew each night; none is ever rewritten. */
@Collection({ collection: 'rfm_versions', indexes: [{ keys: { tenantId: 1, version: -1 } }] })
export class RfmVersion {
  @Attribute(() => String, { hidden: true, description: 'tenant:number' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Number, { hidden: true, description: 'Counts from 1.' })
  version!: number;

  @Attribute(() => Date, { hidden: true, description: 'The moment whose days recency was told in.' })
  asOf!: Date;

  @Attribute(() => String, { hidden: true, description: 'Of the amounts.' })
  currency!: string;

  @Attribute(() => String, { hidden: true, description: 'Stands for the settings that it was made under.' })
  mark!: string;

  @Attribute(() => Number, { hidden: true, description: 'How many customers had orders.' })
  customers!: number;

  @Attribute(() => Object, { hidden: true, nullable: true, description: 'Null where customers were fewer than five.' })
  cuts!: RfmCuts | null;
}
