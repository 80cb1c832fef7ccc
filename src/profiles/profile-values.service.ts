import type { RequestContext, TenantContext } from '../platform/context.js';
import type { Sensitivity } from '../platform/entity.js';
import { keyOf } from '../platform/ids.js';
import { consentCondition, UNRESTRICTED } from './consent-index.js';
import type { ProfileValues, ProfileValuesStore } from './profile-values.store.js';

/** For whom, and for which purposes, people are counted. */
export type Asker = Pick<RequestContext['principal'], 'kind' | 'name' | 'purposes' | 'segmentIds' | 'profileIds'>;

const IMPORTANT: ReadonlySet<Sensitivity> = new Set(['IMPORTANT']);
const ALL: ReadonlySet<Sensitivity> = new Set(['CORE', 'IMPORTANT']);

/** What statistics read of all profiles: those that who asks may count, by consent, by segment, and
 * where a token is confined to some profiles, those alone. */
export class ProfileValuesService {
  constructor(private readonly profiles: ProfileValuesStore) {}

  /** How many there are. */
  count(ctx: TenantContext, asker: Asker): Promise<number> {
    return this.profiles.count(ctx, conditionsOf(ctx, asker));
  }

  /** The ids of all. */
  ids(ctx: TenantContext, asker: Asker): AsyncGenerator<string> {
    return this.profiles.ids(ctx, conditionsOf(ctx, asker));
  }

  /** Of each its traits; those of class CORE are masked. */
  traits(ctx: TenantContext, asker: Asker): AsyncGenerator<ProfileValues> {
    return this.profiles.traits(ctx, conditionsOf(ctx, asker), IMPORTANT);
  }

  /** Of each its traits in clear: for what makes them tell of nobody before anybody sees them. */
  clearTraits(ctx: TenantContext, asker: Asker): AsyncGenerator<ProfileValues> {
    return this.profiles.traits(ctx, conditionsOf(ctx, asker), ALL);
  }
}

function conditionsOf({ tenantId, settings, now }: TenantContext, asker: Asker): Record<string, unknown>[] {
  const principal = { ...asker, subject: '', tenantId: '', roles: [] };
  const segments = asker.segmentIds ? [{ segmentIds: { $in: [...asker.segmentIds] } }] : [];
  const own = asker.profileIds ? [{ _id: { $in: asker.profileIds.map((id) => keyOf(tenantId, id)) } }] : [];
  return [UNRESTRICTED, ...own, ...segments, ...consentCondition({ principal, settings, now }, true)];
}
