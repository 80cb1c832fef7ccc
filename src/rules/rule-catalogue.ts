import type { Locale } from '../ingestion/attribute.rules.js';
import type { Sensitivity } from '../platform/entity.js';
import type { EventSchema } from './standard-events.js';
import type { ValueKind } from './value-kind.js';

/**
 * How values of a class may be compared: in any way; whole ones alone, as who may look them up does; not at all, since
 * whoever a rule finds would tell of them.
 */
export type ClassAccess = Readonly<Partial<Record<Sensitivity, 'OPEN' | 'WHOLE' | 'CLOSED'>>>;

/** All that a tenant's rules may name, and who asks. */
export interface RuleCatalogue {
  /** Custom traits that were observed, by path, as `vip.level`: how each is compared. */
  readonly customTraits: ReadonlyMap<string, ValueKind>;
  /** Events that were observed, with their properties; the standard ones need not be among them. */
  readonly events: ReadonlyMap<string, EventSchema>;
  /** The keys of the tenant's tags. */
  readonly tags: ReadonlySet<string>;
  /** The tenant's segments, and those of its tags that have a rule, by id: each with those that its rule names. */
  readonly segments: ReadonlyMap<string, readonly string[]>;
  /** The keys of the tenant's RFM tiers. */
  readonly tiers: readonly string[];
  readonly locale: Locale;
  /** By data class, what the caller may compare; what is not given is OPEN. */
  readonly access: ClassAccess;
}
