import { Float, ObjectType, registerEnumType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { Node } from '../platform/node.js';
import { DateTime } from '../platform/scalars.js';

/** How much an alert matters. */
export enum AlertSeverity {
  INFO = 'INFO',
  WARNING = 'WARNING',
  CRITICAL = 'CRITICAL',
}

registerEnumType(AlertSeverity, { name: 'AlertSeverity', description: 'How much an alert matters.' });

/** A metric that left its bounds. */
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: "A metric that left the bounds of the tenant's settings.",
})
export class Alert extends Node {
  @Attribute(() => String, { description: "The metric's key." })
  metric!: string;

  @Attribute(() => String, {
    nullable: true,
    description: 'The value of the dimension it was measured for; null: for all.',
  })
  key!: string | null;

  @Attribute(() => Float, { nullable: true, description: "What was measured, in the metric's unit." })
  value!: number | null;

  @Attribute(() => Float, { nullable: true, description: "The bound it crossed, in the metric's unit." })
  threshold!: number | null;

  @Attribute(() => AlertSeverity)
  severity!: AlertSeverity;

  @Attribute(() => DateTime)
  raisedAt!: Date;

  @Attribute(() => DateTime, { nullable: true, description: 'Null until someone has acknowledged it.' })
  acknowledgedAt!: Date | null;

  @Attribute(() => String, { description: 'For people to read.' })
  message!: string;
}
