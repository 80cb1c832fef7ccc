import { Attribute, Collection } from '../platform/entity.js';
import type { TagKind } from './tag-kind.js';

/** Why an assignment ended before its time. */
export type TagEnding = 'REMOVED' | 'REPLACED' | 'DELETED';

/**
 * That people, a system or a model put a tag on somebody: said of one account, so that it follows that account. It is
 * closed, and never deleted but with the account: what is closed is the history.
 */
@Collection({
  collection: 'tag_assignments',
  indexes: [
    { keys: { tenantId: 1, isOpen: 1, accountId: 1 } },
    { keys: { tenantId: 1, accountId: 1, at: -1 } },
    { keys: { tenantId: 1, isOpen: 1, tagId: 1 } },
  ],
})
export class TagAssignment {
  @Attribute(() => String, { hidden: true, description: 'tenant:tga_ULID' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The id of the definition.' })
  tagId!: string;

  @Attribute(() => String, { hidden: true })
  key!: string;

  @Attribute(() => String, { hidden: true })
  kind!: TagKind;

  @Attribute(() => String, { hidden: true })
  accountId!: string;

  @Attribute(() => String, { hidden: true, description: 'Who or what assigned it.' })
  source!: string;

  @Attribute(() => Number, { hidden: true, description: '0 to 1.' })
  confidence!: number;

  @Attribute(() => Date, { hidden: true })
  at!: Date;

  @Attribute(() => Date, { hidden: true, nullable: true, description: 'Null: it does not expire.' })
  expiresAt!: Date | null;

  @Attribute(() => Boolean, {
    hidden: true,
    description: 'False once it was ended; one that has expired may still be open.',
  })
  isOpen!: boolean;

  @Attribute(() => String, { hidden: true, nullable: true })
  ending!: TagEnding | null;

  @Attribute(() => Date, { hidden: true, nullable: true })
  endedAt!: Date | null;

  @Attribute(() => String, {
    hidden: true,
    nullable: true,
    description: 'Who ended it; null where it follows from what was done to the tag.',
  })
  endedBy!: string | null;
}
