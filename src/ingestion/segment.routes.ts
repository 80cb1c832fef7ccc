import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AuthenticationService } from '../access/authentication.service.js';
import type { Principal } from '../access/principal.js';
import type { Channel } from '../channels/channel.js';
import type { RequestContext } from '../platform/context.js';
import { asUnavailable } from '../platform/database.js';
import { AppError, ERROR_CODES } from '../platform/errors.js';
import type { IngestionService, IngestOutcome } from './ingestion.service.js';
import type { RawItem } from './observation.js';
import {
  bytesOf,
  decodeCall,
  LARGEST_EVENT_BYTES,
  type Reception,
  SEGMENT_CALLS,
  type SegmentCall,
} from './segment.rules.js';
import { CallRefused, LARGEST_BATCH_BYTES, parseBody, tooLarge, unpackBody } from './segment-body.js';

const MOST_EVENTS = 5_000;
/** How many calls a process takes in at a time; at 500 kB each they are 32 MB. */
const MOST_AT_A_TIME = 64;
const RETRY_AFTER_SECONDS: Readonly<Record<number, number>> = { 429: 1, 503: 5 };

/** What the endpoint needs. */
export interface SegmentRoutes {
  readonly authentication: Pick<AuthenticationService, 'authenticate'>;
  /** The context of a known caller's request. */
  readonly contextOf: (principal: Principal, requestId: string) => Promise<RequestContext>;
  readonly ingestion: Pick<IngestionService, 'ingest'>;
  readonly logger: Pick<Logger, 'error' | 'info'>;
  /** Has written down what was taken in, before it is answered, and who was refused. */
  readonly audit: SegmentAudit;
  /** Charges the caller for so many events, and returns the headers that say what is left; throws RATE_LIMITED. */
  readonly charge: (ctx: RequestContext, events: number) => Promise<Record<string, string>>;
  /** The headers of a refusal: when to try again. */
  readonly refusalHeaders: (error: unknown) => Record<string, string>;
  /** How many calls are taken in at a time; those beyond are told to come back. */
  readonly mostAtATime?: number;
}

/** What the endpoint tells the audit log. */
export interface SegmentAudit {
  took(ctx: RequestContext, counts: Readonly<Record<string, number>>): Promise<void>;
  refused(ctx: RequestContext, error: unknown): Promise<void>;
}

/** Who called, once the key is known to hold. */
interface Caller {
  readonly principal: Principal;
  readonly ctx: RequestContext;
}

/** Segment's HTTP tracking API: `POST /v1/batch` and one address a kind of call. */
export function registerSegmentRoutes(server: FastifyInstance, deps: SegmentRoutes): void {
  // a scope of its own: other routes keep their parsers and error answers
  server.register(async (scope) => {
    const callers = new WeakMap<FastifyRequest, Caller>();
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler(answerError(deps));
    scope.addHook('onRequest', async (request) => {
      // the label says nothing (RudderStack's client calls gzip a form), and a malformed one must not turn a call away
      delete request.headers['content-type'];
      callers.set(request, await admit(request, deps));
    });
    const limited = limiter(deps.mostAtATime ?? MOST_AT_A_TIME);
    const answer = (kind?: SegmentCall) => (request: FastifyRequest, reply: FastifyReply) => {
      const caller = callers.get(request);
      if (!caller) throw new Error('A call passed without its caller being known.');
      return limited(() => take(request, reply, caller, deps, kind));
    };
    const options = { bodyLimit: LARGEST_BATCH_BYTES };
    scope.post('/v1/batch', options, answer());
    for (const kind of SEGMENT_CALLS) scope.post(`/v1/${kind}`, options, answer(kind));
  });
}

async function admit(request: FastifyRequest, deps: SegmentRoutes): Promise<Caller> {
  const principal = await deps.authentication.authenticate(request.headers.authorization);
  const ctx = await deps.contextOf(principal, request.id);
  if (ctx.access.may('events:write')) return { principal, ctx };
  const refusal = new CallRefused(403, 'FORBIDDEN', 'The token may not send events: it lacks the scope events:write.');
  await deps.audit.refused(ctx, refusal);
  throw refusal;
}

/** Runs so many at a time and turns the others away at once: a queue would only hold their bodies in memory. */
function limiter(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  return async (work) => {
    if (running >= most) throw new CallRefused(429, 'RATE_LIMITED', 'Too many calls at a time; send it again shortly.');
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
    }
  };
}

async function take(
  request: FastifyRequest,
  reply: FastifyReply,
  caller: Caller,
  deps: SegmentRoutes,
  kind?: SegmentCall,
) {
  const { principal, ctx } = caller;
  const packed = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const body = parseBody(await unpackBody(packed, request.headers['content-encoding']));
  const reception: Reception = {
    receivedAt: ctx.now(),
    sentAt: body.sentAt,
    channel: principal.channel as Channel | undefined,
    requestId: ctx.requestId,
  };
  const items = kind ? [single(body, reception, kind)] : batchOf(body, reception);
  reply.headers(await charge(ctx, items.length, deps));
  const { accepted, duplicates, rejected } = await ingest(ctx, items, principal, deps);
  await deps.audit.took(ctx, { events: items.length, accepted, duplicates, rejected: rejected.length });
  return {
    success: true,
    accepted,
    duplicates,
    rejected: rejected.map((one) => ({ ...one, messageId: idOf(one, items) })),
  };
}

async function charge(ctx: RequestContext, events: number, deps: SegmentRoutes): Promise<Record<string, string>> {
  try {
    return await deps.charge(ctx, events);
  } catch (error) {
    await deps.audit.refused(ctx, error);
    throw error;
  }
}

function single(body: Record<string, unknown>, reception: Reception, kind: SegmentCall): RawItem {
  const { writeKey: _writeKey, ...call } = body;
  if ((bytesOf(call) ?? 0) > LARGEST_EVENT_BYTES) throw tooLarge('The event', `${LARGEST_EVENT_BYTES} bytes`);
  return decodeCall(call, 0, reception, kind);
}

function batchOf({ batch, context }: Record<string, unknown>, reception: Reception): RawItem[] {
  if (!Array.isArray(batch)) throw new CallRefused(400, 'BAD_USER_INPUT', 'batch: must be a list of events');
  if (batch.length > MOST_EVENTS) throw tooLarge('The batch', `${MOST_EVENTS} events`);
  return batch.map((event: unknown, index) => decodeCall(withContext(event, context), index, reception));
}

/** A batch may carry a context for all of its events; an event's own weighs more. */
function withContext(event: unknown, shared: unknown): unknown {
  const bothAreObjects = [event, shared].every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  if (!bothAreObjects) return event;
  const own = (event as { context?: object | null }).context;
  return typeof own === 'object' || own === undefined
    ? { ...(event as object), context: { ...(shared as object), ...own } }
    : event;
}

async function ingest(
  ctx: RequestContext,
  items: readonly RawItem[],
  principal: Principal,
  { ingestion }: SegmentRoutes,
): Promise<IngestOutcome> {
  if (items.length === 0) return { accepted: 0, duplicates: 0, rejected: [] };
  return ingestion.ingest(ctx, items, { namespace: principal.namespace ?? null });
}

/** An event that could not be decoded is still named by the id it came with. */
function idOf({ index, messageId }: IngestOutcome['rejected'][number], items: readonly RawItem[]): string | null {
  const raw = items[index]?.raw;
  const given = typeof raw === 'object' && raw !== null && 'messageId' in raw ? raw.messageId : undefined;
  return messageId ?? (typeof given === 'string' ? given.slice(0, 256) : null);
}

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function answerError({ logger, refusalHeaders }: SegmentRoutes) {
  return async (thrown: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    const told = answerOf(thrown);
    if (told)
      logger[told.status === 503 ? 'error' : 'info']({ requestId: request.id, code: told.code }, 'request refused');
    const { status, code, message } = told ?? unexpected(thrown, request, logger);
    const retryAfter = RETRY_AFTER_SECONDS[status];
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    reply.headers(refusalHeaders(thrown));
    if (status === 401) reply.header('www-authenticate', 'Basic realm="tributary"');
    // twice: Python's clients look for code and message at the top, and take a refusal without them for a network fault
    const error = { code, message, requestId: request.id };
    return reply.code(status).send({ success: false, code, message, error });
  };
}

function answerOf(thrown: Error): Answer | undefined {
  if (thrown instanceof CallRefused) return thrown;
  const error = asUnavailable(thrown);
  if (error instanceof AppError)
    return { status: ERROR_CODES[error.code].httpStatus, code: error.code, message: error.message };
  const status = 'statusCode' in thrown ? thrown.statusCode : undefined;
  if (status === 413) return tooLarge('The body', `${LARGEST_BATCH_BYTES} bytes`);
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { status, code: 'BAD_USER_INPUT', message: 'The call could not be read.' };
  return undefined;
}

function unexpected(error: Error, request: FastifyRequest, logger: SegmentRoutes['logger']): Answer {
  logger.error({ err: error, requestId: request.id }, 'a Segment call failed');
  return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: `Something went wrong. Request id: ${request.id}` };
}
