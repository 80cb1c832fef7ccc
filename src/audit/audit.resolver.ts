import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { DateRange } from '../platform/date-range.js';
import { After, First } from '../platform/page-args.js';
import { BigIntScalar } from '../platform/scalars.js';
import { AuditConnection, AuditConsistency, AuditHead, AuditProof, AuditVerification } from './audit.view.js';
import type { AuditQueryService } from './audit-query.service.js';
import type { VerificationService } from './verification.service.js';

/** The log of who did what. */
@Resolver()
export class AuditResolver {
  constructor(
    private readonly queries: AuditQueryService,
    private readonly verifications: VerificationService,
  ) {}

  @Allow('audit:read')
  @Query(() => AuditConnection, {
    description:
      'Who did what, newest first; what is given narrows it. An entry is here within a second of its answer.',
  })
  auditLog(
    @Ctx() ctx: RequestContext,
    @Arg('actor', () => String, { nullable: true, description: 'Whose doings.' }) actor: string | null,
    @Arg('action', () => String, { nullable: true, description: 'Which doings.' }) action: string | null,
    @Arg('subject', () => String, { nullable: true, description: 'Done to what: an id.' }) subject: string | null,
    @Arg('range', () => DateRange, { nullable: true, description: 'Done when.' }) range: DateRange | null,
    @First(50) first: number,
    @After() after: string | null,
  ): Promise<AuditConnection> {
    const filter = { actor: actor ?? null, action: action ?? null, subject: subject ?? null, range: range ?? null };
    return this.queries.list(ctx, { ...filter, first, after: after ?? null });
  }

  @Allow('audit:read')
  @Query(() => AuditVerification, {
    description: 'Checks the whole log: each entry, the tree over them, and the heads published outside the database.',
  })
  verifyAuditLog(@Ctx() ctx: RequestContext): Promise<AuditVerification> {
    return this.verifications.verify(ctx);
  }

  @Allow('audit:read')
  @Query(() => AuditProof, { description: 'Proof that one entry is in the log.' })
  auditProof(
    @Ctx() ctx: RequestContext,
    @Arg('sequence', () => BigIntScalar, { description: "The entry's place in the log, from 1." })
    sequence: number | bigint,
  ): Promise<AuditProof> {
    return this.queries.prove(ctx, Number(sequence));
  }

  @Allow('audit:read')
  @Query(() => AuditConsistency, { description: 'Proof that nothing of a shorter log was changed in a longer one.' })
  auditConsistency(
    @Ctx() ctx: RequestContext,
    @Arg('fromSize', () => BigIntScalar, { description: 'Entries of the shorter log.' }) fromSize: number | bigint,
    @Arg('toSize', () => BigIntScalar, { description: 'Entries of the longer log.' }) toSize: number | bigint,
  ): Promise<AuditConsistency> {
    return this.queries.compare(ctx, Number(fromSize), Number(toSize));
  }

  @Allow('audit:read')
  @Query(() => AuditHead, {
    nullable: true,
    description: 'The newest signed head, with the public key of the log; null before the first entry.',
  })
  auditHead(@Ctx() ctx: RequestContext): Promise<AuditHead | null> {
    return this.queries.head(ctx);
  }
}
