import { Attribute, Collection } from '../platform/entity.js';

/** A part of an anonymous table as CSV, kept until its link has expired. */
@Collection({
  collection: 'anonymous_tables',
  indexes: [{ keys: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } }],
})
export class AnonymousTablePiece {
  @Attribute(() => String, { hidden: true, description: 'tenant:table:number' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Buffer, { hidden: true })
  sealed!: Buffer;

  @Attribute(() => Boolean, { hidden: true })
  isLast!: boolean;

  @Attribute(() => Date, { hidden: true })
  expiresAt!: Date;
}
