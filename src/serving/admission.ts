import { type DocumentNode, type GraphQLSchema, getOperationAST } from 'graphql';
import { authorise } from '../access/document-rules.js';
import type { AuditTrail } from '../audit/audit-trail.service.js';
import { refusalCodeOf } from '../audit/refusal-codes.js';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { requireWithinLimits } from './document-limits.js';
import { labelOf } from './observe-operations.js';
import { QueryCost } from './query-cost.js';
import type { RateLimitService, RateState } from './rate-limit.service.js';

/** The most points that one operation may cost. */
const MOST_POINTS = 10_000;

/** The operation that is to run. */
export interface AskedOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An operation that may run: what it cost, and what the caller has left. */
export interface Admitted {
  readonly cost: number;
  readonly rate: RateState;
}

/**
 * The one door for operations, over HTTP and WebSocket alike: who may ask, how much at once, and how much a minute. A
 * subscription pays for its selection once.
 */
export class Admission {
  private readonly costs: QueryCost;
  private readonly mostPoints: number;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly rates: RateLimitService,
    private readonly audit?: Pick<AuditTrail, 'refused'>,
  ) {
    this.costs = new QueryCost(schema);
    this.mostPoints = Math.min(MOST_POINTS, rates.limit);
  }

  /**
   * Lets a valid document run or throws UNAUTHENTICATED, FORBIDDEN, QUERY_TOO_COMPLEX or RATE_LIMITED. An anonymous
   * caller's document (`{ __typename }`) costs nothing.
   */
  async admit(caller: RequestContext | undefined, asked: AskedOperation): Promise<Admitted | undefined> {
    try {
      return await this.judge(caller, asked);
    } catch (error) {
      const code = refusalCodeOf(error);
      if (caller && code !== undefined) await this.tellOf(caller, asked, code);
      throw error;
    }
  }

  private async tellOf(caller: RequestContext, { document, operationName }: AskedOperation, code: string) {
    const operation = getOperationAST(document, operationName);
    await this.audit?.refused(caller, caller.principal, operation ? labelOf(document, operation) : 'none', code);
  }

  private async judge(caller: RequestContext | undefined, asked: AskedOperation): Promise<Admitted | undefined> {
    const { document, operationName, variables } = asked;
    authorise(caller, this.schema, document, operationName);
    requireWithinLimits(document, operationName);
    if (!caller) return undefined;
    const cost = this.costs.of(document, operationName, variables ?? {});
    if (cost > this.mostPoints) throw tooCostly(cost, this.mostPoints);
    return { cost, rate: await this.rates.spend(caller, cost) };
  }
}

/** What an answer's `extensions.cost` says. */
export function toldCost({ cost, rate }: Admitted): Readonly<Record<string, number>> {
  return { used: cost, limit: rate.limit, remaining: rate.remaining, resetSeconds: rate.resetSeconds };
}

function tooCostly(cost: number, allowed: number): AppError {
  return new AppError(
    'QUERY_TOO_COMPLEX',
    `The operation costs ${cost} points; at most ${allowed} are allowed. Ask for smaller pages or fewer relations.`,
    { limit: 'cost', found: Number.isSafeInteger(cost) ? cost : null, allowed },
  );
}
