import { Attribute, Collection } from './entity.js';

const SECONDS_KEPT = 3_600;

/** A process that takes part in shared work; its beat changes while it lives. */
@Collection({
  collection: 'workers',
  indexes: [{ keys: { at: 1 }, options: { expireAfterSeconds: SECONDS_KEPT } }, { keys: { tenantId: 1 } }],
})
export class WorkerBeat {
  @Attribute(() => String, { hidden: true, description: 'platform:wrk_ULID' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Number, { hidden: true })
  beat!: number;

  @Attribute(() => Date, { hidden: true, description: "By the database's clock; old ones expire." })
  at!: Date;
}

/** Where a worker has come to in the log of changes. */
export interface Checkpoint {
  readonly changeKey: string;
  readonly token: string | null;
  readonly at: Date;
}

/** A piece of shared work that one process at a time holds. */
@Collection({ collection: 'leases' })
export class Lease {
  @Attribute(() => String, { hidden: true, description: 'platform:reactions-07' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, nullable: true, description: 'The worker that holds it; null for none.' })
  owner!: string | null;

  @Attribute(() => Number, {
    hidden: true,
    description: 'Grows with each change of hands: a write under an older one finds nothing to change.',
  })
  epoch!: number;

  @Attribute(() => Object, { hidden: true, nullable: true })
  checkpoint!: Checkpoint | null;
}
