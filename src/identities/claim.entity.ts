import { Attribute, Collection } from '../platform/entity.js';

/** That an account holds an identifier: since when, until when, and what tells its person from others, blinded. */
export interface Holding {
  /** The first and the last time it was seen with it, to the day. */
  readonly from: Date;
  readonly to: Date;
  readonly name: string | null;
  readonly birthday: string | null;
  readonly unionId: string | null;
}

/** Which accounts hold one identifier: the point at which concurrent writers find each other. */
@Collection({ collection: 'claims' })
export class Claim {
  @Attribute(() => String, { hidden: true, description: 'tenant:blinded identifier' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Object, { hidden: true, description: 'Holdings by account id: the first 128 accounts.' })
  holders!: Record<string, Holding>;

  @Attribute(() => Number, {
    hidden: true,
    description: 'How many holders it names; at 128 it names no more, and who comes later is linked to one of them.',
  })
  size!: number;

  @Attribute(() => Boolean, {
    hidden: true,
    description: 'Whether its holders were last decided on as sharing it with too many people; then it links nobody.',
  })
  isShared!: boolean;

  @Attribute(() => Date, {
    hidden: true,
    description:
      'Of a tombstone: when all who held it were erased. It takes in nobody, and ingestion refuses what brings it.',
  })
  erasedAt?: Date;

  @Attribute(() => [String], {
    hidden: true,
    description:
      'While the index key gives way: accounts it let go of, which are not to come back from where it was stored before.',
  })
  gone?: string[];
}
