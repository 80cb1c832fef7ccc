import { Attribute, Collection } from '../platform/entity.js';

/**
 * What was done of late in a tenant, safe and not yet in its log: as many facts as were told at a time. Sequencers find
 * them over all tenants, so they are filed under `platform:`.
 */
@Collection({ collection: 'audit_inbox', indexes: [{ keys: { tenantId: 1, lane: 1 } }] })
export class AuditInboxItem {
  @Attribute(() => String, { hidden: true, description: 'platform:tenant:ULID' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The name of the lease under which it is taken into the log.' })
  lane!: string;

  @Attribute(() => String, { hidden: true })
  ofTenant!: string;

  @Attribute(() => String, { hidden: true, description: 'JSON: a list of facts.' })
  facts!: string;
}
