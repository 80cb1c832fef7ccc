import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { BigIntScalar } from '../platform/scalars.js';
import { AuditEntry } from './audit-entry.entity.js';

/** An audit entry at its place in a list. */
@ObjectType({ simpleResolvers: true, description: 'An audit entry at its place in a list.' })
class AuditEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => AuditEntry)
  node!: AuditEntry;
}

/** A page of the audit log. */
@ObjectType({ simpleResolvers: true, description: 'A page of the audit log.' })
export class AuditConnection {
  @Field(() => [AuditEdge])
  edges!: AuditEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

/** Whether the log is whole. */
@ObjectType({ simpleResolvers: true, description: 'Whether the log is whole: each entry unchanged, none missing.' })
export class AuditVerification {
  @Field(() => Boolean)
  valid!: boolean;

  @Field(() => BigIntScalar, { description: 'Entries that were checked.' })
  entries!: bigint;

  @Field(() => BigIntScalar, { nullable: true, description: 'The first entry that does not fit; null where all do.' })
  firstInvalidSequence!: bigint | null;

  @Field(() => BigIntScalar, { description: 'Leaves of the Merkle tree over the entries.' })
  treeSize!: bigint;

  @Field(() => String, { description: 'The root of that tree.' })
  rootHash!: string;
}

/** Proof that one entry is in the log. */
@ObjectType({
  simpleResolvers: true,
  description: 'Proof that one entry is in the log, which can be checked without the log.',
})
export class AuditProof {
  @Field(() => BigIntScalar, { description: "The entry's place in the log." })
  sequence!: bigint;

  @Field(() => String, { description: "The entry's hash as a leaf of the Merkle tree." })
  leafHash!: string;

  @Field(() => BigIntScalar, { description: 'Leaves of the tree that the proof is for.' })
  treeSize!: bigint;

  @Field(() => String, { description: 'The root of that tree.' })
  rootHash!: string;

  @Field(() => [String], { description: 'The hashes beside the way from the leaf to the root, leaf first.' })
  path!: string[];

  @Field(() => String, { description: 'Over treeSize and rootHash.' })
  signature!: string;
}
