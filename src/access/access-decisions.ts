import type { Sensitivity } from '../platform/entity.js';
import type { Permission } from './permissions.js';

/** What one caller may do, decided beforehand: asking costs a look-up. */
export interface AccessDecisions {
  may(permission: Permission): boolean;
  /** The data classes the caller may not read in clear. */
  readonly unseen: ReadonlySet<Sensitivity>;
}
