import { ObjectType, registerEnumType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { DateTime } from '../platform/scalars.js';
import { ActivityState } from './activity-state.js';
import { LifecycleStage } from './lifecycle-stage.js';

registerEnumType(LifecycleStage, {
  name: 'LifecycleStage',
  description: 'How far a customer has come with the company.',
  valuesConfig: {
    AWARENESS: { description: 'Has met the company and left no way to be reached.' },
    ACQUISITION: { description: 'Can be reached or has signed up, and has not bought.' },
    CONVERSION: { description: 'Has bought once.' },
    RETENTION: { description: 'Comes back to buy.' },
    REFERRAL: { description: 'Brings others.' },
    CHURN: { description: 'Has left, or has been silent for too long.' },
  },
});

registerEnumType(ActivityState, {
  name: 'ActivityState',
  description: "Whether a customer is around; the tenant's settings hold the thresholds in days.",
  valuesConfig: {
    ACTIVE: { description: 'Seen lately.' },
    SILENT: { description: 'Not seen for a while.' },
    CHURNED: { description: 'Not seen for so long that a return is not expected.' },
    RETURNED: { description: 'Seen again after having been silent or churned.' },
  },
});

/** One step from stage to stage, with what caused it. */
@ObjectType({ simpleResolvers: true, description: 'One step from stage to stage, with what caused it.' })
export class LifecycleTransition {
  @Attribute(() => LifecycleStage, { nullable: true, description: 'Null for the first stage a profile had.' })
  from!: LifecycleStage | null;

  @Attribute(() => LifecycleStage)
  to!: LifecycleStage;

  @Attribute(() => ActivityState, { description: 'From then on; RETURNED is the return from silence.' })
  activity!: ActivityState;

  @Attribute(() => DateTime)
  at!: Date;

  @Attribute(() => String, {
    description:
      'What caused the step: `event Order Completed`, `return by Page Viewed`, `silence of 30 days`, `time`.',
  })
  reason!: string;
}

/** Where a customer stands, since when, and how they came there. */
@ObjectType({ simpleResolvers: true, description: 'Where a customer stands, since when, and how they came there.' })
export class Lifecycle {
  @Attribute(() => LifecycleStage)
  stage!: LifecycleStage;

  @Attribute(() => DateTime, { description: 'When the present stage began.' })
  since!: Date;

  @Attribute(() => ActivityState)
  activity!: ActivityState;

  @Attribute(() => [LifecycleTransition], {
    description: 'The newest 20 steps, oldest first: each change of stage or activity.',
  })
  history!: LifecycleTransition[];
}
