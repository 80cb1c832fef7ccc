import { ID, ObjectType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { DateTime } from '../platform/scalars.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';

/** That a destination is told who enters and leaves a segment. */
@Collection({ collection: 'segment_activations', indexes: [{ keys: { tenantId: 1, segmentId: 1, _id: 1 } }] })
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'That a destination of webhooks is told who enters and leaves a segment, for one purpose.',
})
export class SegmentActivation extends Node {
  @Attribute(() => ID)
  segmentId!: string;

  @Attribute(() => ID)
  destinationId!: string;

  @Attribute(() => ConsentPurpose, { description: 'Who has not consented to it is not told of as entering.' })
  purpose!: ConsentPurpose;

  @Attribute(() => DateTime, { description: 'Who entered before is not told of.' })
  createdAt!: Date;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Date, { hidden: true, description: 'All that happened until then has been filed.' })
  filedTo!: Date;
}
registerNode('act', () => 'SegmentActivation');
