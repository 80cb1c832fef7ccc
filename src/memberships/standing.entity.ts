import { Attribute, Collection } from '../platform/entity.js';
import type { TagNote } from '../tags/assignment.rules.js';

/** One time that a profile entered or left a segment, or came by a tag or lost it. */
export interface MembershipTurn {
  /** `mch_ULID` */
  readonly id: string;
  /** Of the segment, or of the tag's definition. */
  readonly segmentId: string;
  readonly entered: boolean;
  readonly reason: string;
  readonly at: Date;
}

/**
 * Where a profile stands: the segments it is in and the tags it carries, since when, and when that may change by itself. What it has entered and
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

  @Attribute(() => [String], { hidden: true, description: 'The segments it is in, and the tags it carries, by id.' })
  segmentIds!: string[];

  @Attribute(() => Object, { hidden: true, description: 'By segment or tag: since when.' })
  enteredAt!: Record<string, Date>;

  @Attribute(() => Object, { hidden: true, description: 'By tag, of those that were put on it: how.' })
  notes!: Record<string, TagNote>;

  @Attribute(() => Number, {
    hidden: true,
    nullable: true,
    description: 'The revision since which it is in these segments and carries these tags so.',
  })
  shownRevision?: number | null;

  @Attribute(() => Date, {
    hidden: true,
    nullable: true,
    description: 'When it is to be looked at again though nothing happens.',
  })
  dueAt!: Date | null;

  @Attribute(() => [Object], { hidden: true, description: 'What it entered and left with the last write.' })
  turns!: MembershipTurn[];
}
