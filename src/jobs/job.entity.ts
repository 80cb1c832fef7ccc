import { Float, ObjectType, registerEnumType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { DateTime, JSONObject } from '../platform/scalars.js';

/** How far a piece of long work has come. */
export enum JobState {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  SUCCEEDED = 'SUCCEEDED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}

registerEnumType(JobState, {
  name: 'JobState',
  description: 'How far a piece of long work has come.',
  valuesConfig: {
    QUEUED: { description: 'Waits for its turn: one job of a kind runs in a tenant at a time.' },
    FAILED: { description: 'Ended by an error, which is given.' },
    CANCELLED: { description: 'Ended because someone asked for it.' },
  },
});

/** Long work that goes on after the request that started it: a recomputation, the fit of a model, an export. */
@Collection({
  collection: 'jobs',
  indexes: [{ keys: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } }],
})
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description:
    'Long work that goes on after the request that started it: a recomputation, the fit of a model, an export.',
})
export class Job extends Node {
  @Attribute(() => String, { description: 'What work it is, as given to startJob.' })
  kind!: string;

  @Attribute(() => JSONObject, { description: 'As given to startJob, with what is by default.' })
  parameters!: Record<string, unknown>;

  @Attribute(() => JobState)
  state!: JobState;

  @Attribute(() => Float, { description: 'The share that is done, 0 to 1.' })
  progress!: number;

  @Attribute(() => DateTime, { nullable: true, description: 'Null while it is queued.' })
  startedAt!: Date | null;

  @Attribute(() => DateTime, { nullable: true, description: 'Null until it has succeeded, failed or been cancelled.' })
  finishedAt!: Date | null;

  @Attribute(() => String, { nullable: true, description: 'Why it failed, after its code; null otherwise.' })
  error!: string | null;

  @Attribute(() => JSONObject, {
    nullable: true,
    description: 'What came of it, in the shape of its kind; null until it has succeeded.',
  })
  result!: Record<string, unknown> | null;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The subject of who started it.' })
  startedBy!: string;

  @Attribute(() => Number, {
    hidden: true,
    description: 'That of the lease it was last taken up under: a write under an older one finds nothing to change.',
  })
  epoch!: number;

  @Attribute(() => Number, { hidden: true, description: 'How often it was taken up since it last came further.' })
  starts!: number;

  @Attribute(() => Boolean, { hidden: true, description: 'Whether someone has asked it to stop.' })
  isCancelled!: boolean;

  @Attribute(() => Object, { hidden: true, description: 'Where it has come to, in the shape of its kind.' })
  checkpoint!: unknown;

  @Attribute(() => Date, { hidden: true, description: 'Once it has ended: when it is deleted.' })
  expiresAt?: Date;
}
registerNode('job', () => 'Job');
