import { Attribute, Collection } from '../platform/entity.js';
import type { ValueKind } from '../rules/value-kind.js';

/** That values of a kind were seen under a name: of a custom trait, or of a property of an event. Never rewritten. */
@Collection({ collection: 'observed_names', indexes: [{ keys: { tenantId: 1, event: 1, path: 1 } }] })
export class ObservedName {
  @Attribute(() => String, { hidden: true, description: 'tenant:obn_ULID, made of the event, the path and the kind' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The name of the event; empty for a trait.' })
  event!: string;

  @Attribute(() => String, { hidden: true, description: 'As `vip.level`; empty for the event itself.' })
  path!: string;

  @Attribute(() => String, { hidden: true })
  kind!: ValueKind;
}
