import { registerEnumType } from 'type-graphql';

/** Whether a tenant is served. */
export enum TenantStatus {
  ACTIVE = 'ACTIVE',
  SUSPENDED = 'SUSPENDED',
  DELETING = 'DELETING',
  DELETED = 'DELETED',
}

registerEnumType(TenantStatus, {
  name: 'TenantStatus',
  description: 'Whether a tenant is served.',
  valuesConfig: {
    SUSPENDED: { description: 'Nobody is served and nothing is taken in; all is kept, and it can be resumed.' },
    DELETING: { description: 'As suspended, for good: a job deletes all that is stored of it, its keys at the end.' },
    DELETED: { description: 'Nothing is left but this record: the id is not given again, since tokens name it.' },
  },
});
