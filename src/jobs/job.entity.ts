import { Float, ObjectType, registerEnumType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { Node } from '../platform/node.js';
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
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description:
    'Long work that goes on after the request that started it: a recomputation, the fit of a model, an export.',
})
export class Job extends Node {
  @Attribute(() => String, { description: 'What work it is, as given to startJob.' })
  kind!: string;

  @Attribute(() => JobState)
  state!: JobState;

  @Attribute(() => Float, { description: 'The share that is done, 0 to 1.' })
  progress!: number;

  @Attribute(() => DateTime, { nullable: true, description: 'Null while it is queued.' })
  startedAt!: Date | null;

  @Attribute(() => DateTime, { nullable: true, description: 'Null until it has succeeded, failed or been cancelled.' })
  finishedAt!: Date | null;

  @Attribute(() => String, { nullable: true, description: 'Why it failed; null otherwise.' })
  error!: string | null;

  @Attribute(() => JSONObject, {
    nullable: true,
    description: 'What came of it, in the shape of its kind; null until it has succeeded.',
  })
  result!: Record<string, unknown> | null;
}
