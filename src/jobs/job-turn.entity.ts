import { Attribute, Collection } from '../platform/entity.js';

/**
 * That a job of a kind is under way in a tenant: there is one such row for them, and with it the job. Workers find what
 * there is to do by these rows, over all tenants, so they are filed under `platform:`.
 */
@Collection({ collection: 'jobTurns', indexes: [{ keys: { tenantId: 1, lane: 1 } }] })
export class JobTurn {
  @Attribute(() => String, { hidden: true, description: 'platform:tenant:kind' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The name of the lease under which the job is run.' })
  lane!: string;

  @Attribute(() => String, { hidden: true })
  ofTenant!: string;

  @Attribute(() => String, { hidden: true })
  kind!: string;

  @Attribute(() => String, { hidden: true })
  jobId!: string;

  @Attribute(() => Object, { hidden: true })
  parameters!: Record<string, unknown>;

  @Attribute(() => String, { hidden: true })
  startedBy!: string;
}
