import { ID, ObjectType, registerEnumType } from 'type-graphql';
import { JobState } from '../jobs/job.entity.js';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { DateTime, JSONObject } from '../platform/scalars.js';

/** What a customer may demand of the company that holds their data. */
export enum PrivacyRequestKind {
  ACCESS = 'ACCESS',
  PORTABILITY = 'PORTABILITY',
  RECTIFICATION = 'RECTIFICATION',
  RESTRICTION = 'RESTRICTION',
  OBJECTION = 'OBJECTION',
  ERASURE = 'ERASURE',
}

registerEnumType(PrivacyRequestKind, {
  name: 'PrivacyRequestKind',
  description: 'What a customer may demand of the company that holds their data.',
  valuesConfig: {
    ACCESS: { description: 'To see everything that is held.' },
    PORTABILITY: { description: 'To get it in a form that machines read.' },
    RECTIFICATION: { description: 'To have what is wrong put right.' },
    RESTRICTION: { description: 'To have it kept and not used.' },
    OBJECTION: {
      description: 'To be no longer profiled by it: scored, put into segments by a model, recommended anything.',
    },
    ERASURE: { description: 'To have it destroyed, for good.' },
  },
});

/** A customer's demand, and how far it has been met. */
@Collection({
  collection: 'privacy_requests',
  indexes: [{ keys: { tenantId: 1, state: 1, createdAt: 1 } }, { keys: { tenantId: 1, profileId: 1, createdAt: -1 } }],
})
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: "A customer's demand, and how far it has been met.",
})
export class PrivacyRequest extends Node {
  @Attribute(() => PrivacyRequestKind)
  kind!: PrivacyRequestKind;

  @Attribute(() => JobState)
  state!: JobState;

  @Attribute(() => DateTime, { description: 'When it must have been met.' })
  dueAt!: Date;

  @Attribute(() => DateTime)
  createdAt!: Date;

  @Attribute(() => DateTime, { nullable: true, description: 'Null until it has succeeded, failed or been cancelled.' })
  finishedAt!: Date | null;

  @Attribute(() => JSONObject, { description: 'Documents per collection; of a dry run, what would be erased.' })
  counts!: Record<string, number>;

  @Attribute(() => String, {
    nullable: true,
    description: 'Signed, for ERASURE once it has succeeded; null otherwise.',
  })
  certificate!: string | null;

  @Attribute(() => String, {
    nullable: true,
    derived: true,
    description: 'Where to fetch the data, for ACCESS and PORTABILITY once it has succeeded; it expires.',
  })
  url!: string | null;

  @Attribute(() => String, { nullable: true, description: 'Why it failed, after its code; null otherwise.' })
  error!: string | null;

  @Attribute(() => Boolean, { description: 'Whether it only counts what would be done.' })
  dryRun!: boolean;

  @Attribute(() => Boolean, { description: 'Of RESTRICTION and OBJECTION: whether it ends an earlier one.' })
  lift!: boolean;

  @Attribute(() => ID, { description: 'Whose data it is about: the profile that the id given led to.' })
  profileId!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The subject of who took it down.' })
  requestedBy!: string;

  @Attribute(() => Buffer, {
    hidden: true,
    description: 'Why, and what is to be put right, sealed under the tenant key; null once the person is erased.',
  })
  sealed!: Buffer | null;

  @Attribute(() => Object, {
    hidden: true,
    description: 'Where an erasure has come to; it is gone on with from there.',
  })
  place!: unknown;

  @Attribute(() => Date, { hidden: true, description: 'Of what was exported: when it is deleted.' })
  exportedUntil!: Date | null;
}
registerNode('prq', () => 'PrivacyRequest');
