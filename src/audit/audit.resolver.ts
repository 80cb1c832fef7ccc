import { Arg, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { DateRange } from '../platform/date-range.js';
import { notImplemented } from '../platform/errors.js';
import { After, First } from '../platform/page-args.js';
import { BigIntScalar } from '../platform/scalars.js';
import { AuditConnection, AuditProof, AuditVerification } from './audit.view.js';

/** The log of who did what. */
@Resolver()
export class AuditResolver {
  @Allow('audit:read')
  @Query(() => AuditConnection, { description: 'Who did what, newest first; what is given narrows it.' })
  auditLog(
    @Arg('actor', () => String, { nullable: true, description: 'Whose doings.' }) _actor: string | null,
    @Arg('action', () => String, { nullable: true, description: 'Which doings.' }) _action: string | null,
    @Arg('subject', () => String, { nullable: true, description: 'Done to what: an id.' }) _subject: string | null,
    @Arg('range', () => DateRange, { nullable: true, description: 'Done when.' }) _range: DateRange | null,
    @First(50) _first: number,
    @After() _after: string | null,
  ): Promise<AuditConnection> {
    throw notImplemented('auditLog');
  }

  @Allow('audit:read')
  @Query(() => AuditVerification, { description: 'Checks the whole chain of the log.' })
  verifyAuditLog(): Promise<AuditVerification> {
    throw notImplemented('verifyAuditLog');
  }

  @Allow('audit:read')
  @Query(() => AuditProof, { description: 'Proof that one entry is in the log.' })
  auditProof(
    @Arg('sequence', () => BigIntScalar, { description: "The entry's place in the log, from 1." }) _sequence: bigint,
  ): Promise<AuditProof> {
    throw notImplemented('auditProof');
  }
}
