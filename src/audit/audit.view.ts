import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { BigIntScalar, DateTime } from '../platform/scalars.js';
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
  entries!: number;

  @Field(() => BigIntScalar, { nullable: true, description: 'The first entry that does not fit; null where all do.' })
  firstInvalidSequence!: number | null;

  @Field(() => String, { nullable: true, description: 'What does not fit; null where all does.' })
  fault!: string | null;

  @Field(() => BigIntScalar, { description: 'Leaves of the Merkle tree over the entries.' })
  treeSize!: number;

  @Field(() => String, { description: 'The root of that tree.' })
  rootHash!: string;

  @Field(() => BigIntScalar, {
    description:
      'Heads published outside the database that it was compared with: without them a log written anew from the start passes.',
  })
  publishedHeads!: number;
}

/** What the log was at a moment, signed. */
@ObjectType({ simpleResolvers: true, description: 'What the log was at a moment, signed by its key.' })
export class AuditHead {
  @Field(() => BigIntScalar, { description: 'Leaves of the Merkle tree: entries of the log.' })
  treeSize!: number;

  @Field(() => String, { description: 'The root of that tree, hexadecimal.' })
  rootHash!: string;

  @Field(() => DateTime)
  at!: Date;

  @Field(() => String, { description: 'What is signed: the head as RFC 8785 writes it.' })
  signed!: string;

  @Field(() => String, { description: 'Over `signed`, as base64.' })
  signature!: string;

  @Field(() => String, {
    description: 'The public key of the log (SubjectPublicKeyInfo), as base64: keep it, it stays the same.',
  })
  publicKey!: string;

  @Field(() => String, { description: 'Of the signature: Ed25519, or SM2.' })
  algorithm!: string;

  @Field(() => String, { description: 'Of the hashes: SHA-256, or SM3.' })
  suite!: string;
}

/** Proof that a longer log begins with a shorter one. */
@ObjectType({
  simpleResolvers: true,
  description: 'Proof that the log, when it was longer, still began with all that it held before (RFC 6962, 2.1.2).',
})
export class AuditConsistency {
  @Field(() => BigIntScalar, { description: 'Entries of the shorter log.' })
  fromSize!: number;

  @Field(() => BigIntScalar, { description: 'Entries of the longer log.' })
  toSize!: number;

  @Field(() => String, { description: 'The root of the tree of `fromSize` leaves.' })
  fromRoot!: string;

  @Field(() => String, { description: 'The root of the tree of `toSize` leaves.' })
  toRoot!: string;

  @Field(() => [String], { description: 'The hashes that lead from one root to the other.' })
  path!: string[];
}

/** Proof that one entry is in the log. */
@ObjectType({
  simpleResolvers: true,
  description: 'Proof that one entry is in the log, which can be checked without the log.',
})
export class AuditProof {
  @Field(() => BigIntScalar, { description: "The entry's place in the log." })
  sequence!: number;

  @Field(() => String, { description: "The entry's hash as a leaf of the Merkle tree." })
  leafHash!: string;

  @Field(() => BigIntScalar, { description: 'Leaves of the tree that the proof is for.' })
  treeSize!: number;

  @Field(() => String, { description: 'The root of that tree.' })
  rootHash!: string;

  @Field(() => [String], { description: 'The hashes beside the way from the leaf to the root, leaf first.' })
  path!: string[];

  @Field(() => String, { description: 'Over treeSize and rootHash: that of `head`.' })
  signature!: string;

  @Field(() => AuditHead, { description: 'The signed head that the proof is for.' })
  head!: AuditHead;
}
