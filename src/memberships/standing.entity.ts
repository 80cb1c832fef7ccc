import { Attribute, Collection } from '../platform/entity.js';

/** One time that a profile entered or left a segment. */
export interface MembershipTurn {
  /** `mch_ULID` */
  readonly id: string;
  readonly segmentId: string;
  readonly entered: boolean;
  readonly reason: string;
  readonly at: Date;
}

/**
 * Where a profile stands: the segments it is in, since when, and when that may change by itself. What it has entered and
 * left is written here first, with the memberships themselves, and told of from here: so none is lost or told twice.
 */
@Collection({
  collection: 'standings',
  indexes: [{ keys: { tenantId: 1, segmentIds: 1, _id: 1 } }, { keys: { tenantId: 1, dueAt: 1 } }],
})
export class Standing {
  @Attribute(() => String, { hidden: true, description: 'tenant:prf_ULID' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Number, { hidden: true, description: 'Grows with each write: a compare-and-set compares it.' })
  revision!: number;

  @Attribute(() => [String], { hidden: true })
  segmentIds!: string[];

  @Attribute(() => Object, { hidden: true, description: 'By segment: since when.' })
  enteredAt!: Record<string, Date>;

  @Attribute(() => Date, {
    hidden: true,
    nullable: true,
    description: 'When it is to be looked at again though nothing happens.',
  })
  dueAt!: Date | null;

  @Attribute(() => [Object], { hidden: true, description: 'What it entered and left with the last write.' })
  turns!: MembershipTurn[];
}
