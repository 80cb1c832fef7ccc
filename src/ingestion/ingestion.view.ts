import { Field, Int, ObjectType } from 'type-graphql';
import { Node, registerNode } from '../platform/node.js';
import { PageInfo } from '../platform/page.js';
import { DateTime, JSONValue } from '../platform/scalars.js';

/** One refused item of a call: where in the call, and why. */
@ObjectType({ simpleResolvers: true, description: 'One refused item of a call: where in the call, and why.' })
export class RejectedEvent {
  @Field(() => Int, { description: 'Its place in the list that was given, from 0.' })
  index!: number;

  @Field(() => String, { nullable: true })
  messageId?: string | null;

  @Field(() => String, { description: 'A stable code, as INVALID_IDENTIFIER.' })
  code!: string;

  @Field(() => String, { description: 'What was wrong, and what would be right.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'The place inside the item, as `traits.birthday`.' })
  path?: string | null;
}

/** What became of the items of a call: accepted + duplicates + rejected make all of them. */
@ObjectType({
  simpleResolvers: true,
  description: 'What became of the items of a call: accepted, duplicates and rejected make all of them.',
})
export class IngestResult {
  @Field(() => Int, { description: 'Stored for good when this answer is given.' })
  accepted!: number;

  @Field(() => Int, { description: 'Sent before, by messageId: nothing changed.' })
  duplicates!: number;

  @Field(() => [RejectedEvent], { description: 'Refused and kept aside; see quarantinedItems.' })
  rejected!: RejectedEvent[];
}

/** A refused item, kept with its original. */
@ObjectType({ implements: Node, simpleResolvers: true, description: 'A refused item, kept with its original.' })
export class QuarantinedItem extends Node {
  @Field(() => String, { description: 'The door it came by: GRAPHQL, SEGMENT or IMPORT.' })
  source!: string;

  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true })
  path!: string | null;

  @Field(() => JSONValue, {
    nullable: true,
    description: 'As it arrived; null unless the caller may read CORE values in clear.',
  })
  original!: unknown;

  @Field(() => DateTime)
  receivedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When a replay was accepted.' })
  replayedAt!: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'A refused item in a list, with its place there.' })
export class QuarantinedItemEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => QuarantinedItem)
  node!: QuarantinedItem;
}

@ObjectType({ simpleResolvers: true, description: 'A page of refused items, newest first.' })
export class QuarantinedItemConnection {
  @Field(() => [QuarantinedItemEdge])
  edges!: QuarantinedItemEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

/** What became of replayed items. */
@ObjectType({ simpleResolvers: true, description: 'What became of replayed items.' })
export class ReplayResult {
  @Field(() => Int, { description: 'Stored for good now.' })
  accepted!: number;

  @Field(() => Int, { description: 'Came in otherwise meanwhile, by messageId.' })
  duplicates!: number;

  @Field(() => Int, { description: 'Refused again; they stay as they were.' })
  stillRefused!: number;
}
registerNode('qit', () => 'QuarantinedItem');
