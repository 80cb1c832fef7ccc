import type { FastifyRequest } from 'fastify';
import { type ExecutionResult, type GraphQLFormattedError, OperationTypeNode } from 'graphql';
import type { TrustedDocumentService } from '../documents/trusted-document.service.js';
import type { RequestContext } from '../platform/context.js';
import type { Metrics } from '../platform/metrics.js';
import { type Admission, type Admitted, toldCost } from './admission.js';
import type { Execution } from './audited-execution.js';
import type { ErrorFormat } from './error-format.js';
import type { KnownQueries, KnownQuery } from './known-queries.js';
import { codeOfErrors, labelOf } from './observe-operations.js';
import { rateHeaders } from './rate-limit-headers.js';
import { type ContextSource, callerOf } from './serving-context.js';

/** How clients write the one media type of a body; another spelling is read by Apollo Server. */
const JSON_TYPES: ReadonlySet<string | undefined> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
  'application/json; charset=UTF-8',
  'application/json;charset=UTF-8',
]);

/** What the lane works with: the same doors and the same executor as Apollo Server's plugins. */
export interface QuickLaneParts {
  readonly known: KnownQueries;
  readonly contextOf: ContextSource;
  readonly documents: Pick<TrustedDocumentService, 'mayRun'>;
  readonly admission: Admission;
  readonly execution: Execution;
  readonly errors: ErrorFormat;
  readonly metrics: Metrics;
}

/** An answer of status 200. */
export interface QuickAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A request that the lane takes. */
interface Taken {
  readonly text: string;
  readonly query: KnownQuery;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown> | undefined;
  readonly mediaType: string;
}

/** A GraphQL request's body, of which nothing is known yet. */
interface Body {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

/**
 * Answers a query that has been answered before without Apollo Server's pipeline, which costs more than the query; the
 * answer is the same to the byte. Whatever is new, odd, refused or wrong is left to Apollo Server: no error of a request
 * is worded here.
 */
export class QuickLane {
  constructor(private readonly parts: QuickLaneParts) {}

  /** The answer; undefined, with nothing spent and nothing run, where the request is Apollo Server's. */
  async answer(request: FastifyRequest): Promise<QuickAnswer | undefined> {
    const taken = this.taken(request);
    if (!taken) return undefined;
    const context = await this.contextOf(request, taken.text);
    if (!context) return undefined;
    const started = performance.now();
    const { query, operationName, variables } = taken;
    const { document } = query;
    const coerced = this.parts.execution.coerce(query.operation, variables);
    const admitted = coerced && (await this.admitted(context, taken));
    if (!admitted) return undefined;
    const asked = { document, operationName, contextValue: context, variableValues: variables, coerced };
    const result = await this.parts.execution.execute(asked);
    return this.told(taken, context, { result, admitted, started });
  }

  /** Learns what Apollo Server answered a request in, for requests that accept the same. */
  answeredIn(mediaType: string | undefined, { method, headers }: FastifyRequest): void {
    if (method === 'POST') this.parts.known.keepMediaType(headers.accept, mediaType);
  }

  private taken({ method, headers, body }: FastifyRequest): Taken | undefined {
    if (method !== 'POST' || !JSON_TYPES.has(headers['content-type']) || !headers.authorization) return undefined;
    const mediaType = this.parts.known.mediaTypeFor(headers.accept);
    const asked = mediaType === undefined ? undefined : readBody(body);
    const query = asked && this.parts.known.find(asked.text, asked.operationName);
    return query && mediaType !== undefined ? { ...asked, query, mediaType } : undefined;
  }

  /** The context of a caller who may run the text. */
  private async contextOf({ id, headers }: FastifyRequest, text: string): Promise<RequestContext | undefined> {
    const { authorization, 'tributary-purpose': purpose } = headers;
    try {
      const caller = callerOf(await this.parts.contextOf({ authorization, purpose: purpose?.toString() }, id));
      return caller && (await this.parts.documents.mayRun(caller, text)) ? caller : undefined;
    } catch {
      return undefined; // Apollo Server asks again, and says why
    }
  }

  private async admitted(context: RequestContext, taken: Taken): Promise<Admitted | undefined> {
    const { query, operationName, variables } = taken;
    try {
      return await this.parts.admission.admit(context, { document: query.document, operationName, variables });
    } catch {
      return undefined; // a refusal spends nothing; Apollo Server asks again, and says why
    }
  }

  private told(taken: Taken, { requestId }: RequestContext, { result, admitted, started }: Ran): QuickAnswer {
    const { errors, metrics } = this.parts;
    const { document, operation } = taken.query;
    const shown = result.errors?.map((error) => errors.show(error, requestId));
    const text = textOf(result, shown, admitted);
    const seconds = (performance.now() - started) / 1_000;
    const field = labelOf(document, operation);
    metrics.operationAnswered({ type: OperationTypeNode.QUERY, field, code: codeOfErrors(shown), seconds });
    return { headers: { ...rateHeaders(admitted.rate), 'content-type': taken.mediaType }, text };
  }
}

/** What an operation that was let in came to. */
interface Ran {
  readonly result: ExecutionResult;
  readonly admitted: Admitted;
  readonly started: number;
}

function textOf(
  { data, extensions }: ExecutionResult,
  errors: readonly GraphQLFormattedError[] | undefined,
  admitted: Admitted,
): string {
  return JSON.stringify({ errors, data, extensions: { ...extensions, cost: toldCost(admitted) } });
}

/** A body as any client sends it: text, perhaps variables and an operation's name; undefined for every other. */
function readBody(body: unknown): (Pick<Taken, 'operationName' | 'variables'> & { readonly text: string }) | undefined {
  if (!isRecord(body)) return undefined;
  const { query, operationName, variables, extensions }: Body = body;
  if (typeof query !== 'string' || extensions !== undefined) return undefined;
  const name = operationName ?? undefined;
  const values = variables ?? undefined;
  const isName = name === undefined || (typeof name === 'string' && name !== '');
  const isValues = values === undefined || isRecord(values);
  return isName && isValues ? { text: query, operationName: name, variables: values } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
