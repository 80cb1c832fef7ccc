import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Logger } from 'pino';
import { asUnavailable } from '../platform/database.js';
import { AppError, ERROR_CODES } from '../platform/errors.js';
import { givenRequestId } from './request-id.rules.js';
import { securityHeaders } from './security-headers.js';
import { voidSeveralAuthorizations } from './single-authorization.js';

const REQUEST_ID_HEADER = 'x-request-id';
const NOTHING_MAY_LOAD = { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"], 'base-uri': ["'none'"] };

/** What one client may take of the server. */
export interface HttpBounds {
  /** A request that has not arrived in this time, headers and body, is cut off with 408. */
  readonly requestTimeoutMs: number;
  /** Connections beyond these are closed at once. */
  readonly mostConnections: number;
}

const USUAL_BOUNDS: HttpBounds = { requestTimeoutMs: 30_000, mostConnections: 10_000 };
const MOST_HEADERS = 100;
const LARGEST_HEADERS_BYTES = 16_384;

/** What a route outside GraphQL answers where it can't do what was asked. */
interface Fault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/**
 * The HTTP server without its routes: a request id on each answer (the client's own where it is well-formed), security
 * headers, faults as `{ error: { code, message, requestId } }`. Its `close` answers what is under way, then ends.
 */
export async function createHttpServer(logger: Logger, bounds: HttpBounds = USUAL_BOUNDS): Promise<FastifyInstance> {
  const server = fastify({
    logger: false,
    requestIdHeader: false,
    genReqId: ({ headers }) => givenRequestId(headers[REQUEST_ID_HEADER]) ?? randomUUID(),
    requestTimeout: bounds.requestTimeoutMs,
    http: {
      headersTimeout: bounds.requestTimeoutMs,
      maxHeaderSize: LARGEST_HEADERS_BYTES,
      // how late, at most, the cut comes
      connectionsCheckingInterval: Math.ceil(bounds.requestTimeoutMs / 4),
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 256 },
  });
  server.server.maxConnections = bounds.mostConnections;
  server.server.maxHeadersCount = MOST_HEADERS;
  server.addHook('onRequest', (request, reply, next) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    voidSeveralAuthorizations(request.raw);
    next();
  });
  server.addHook('onSend', (_request, reply, _payload, next) => {
    // What is under way when the server closes is the last on its connection: kept alive, it would hold up the end.
    if (!server.server.listening) reply.header('connection', 'close');
    next();
  });
  server.addHook('onSend', async (request, reply) => {
    if (reply.statusCode === 413) await readOn(request.raw);
  });
  server.addHook('onRequest', securityHeaders(NOTHING_MAY_LOAD));
  server.setNotFoundHandler((request, reply) =>
    sendFault(request, reply, { status: 404, code: 'NOT_FOUND', message: 'There is nothing at this path.' }),
  );
  server.setErrorHandler((error, request, reply) => sendFault(request, reply, faultOf(error, request.id, logger)));
  return server;
}

/** Lets a client send on for a while what is read no more: cut off while it sends, it would never see the answer. */
async function readOn(request: IncomingMessage): Promise<void> {
  if (request.complete) return;
  request.resume();
  const ended = finished(request).catch(() => undefined); // cut off, it has ended as well
  await Promise.race([ended, delay(LONGEST_READING_ON_MS, undefined, { ref: false })]);
}

function sendFault(request: FastifyRequest, reply: FastifyReply, { status, code, message }: Fault): FastifyReply {
  return reply.status(status).send({ error: { code, message, requestId: request.id } });
}

function faultOf(thrown: unknown, requestId: string, logger: Logger): Fault {
  const error = asUnavailable(thrown);
  if (error instanceof AppError) {
    const { httpStatus, logLevel } = ERROR_CODES[error.code];
    logger[logLevel]({ requestId, code: error.code }, 'request refused');
    return { status: httpStatus, code: error.code, message: error.message };
  }
  const refusal = refusalOf(error);
  if (refusal) return refusal;
  logger.error({ requestId, err: error }, 'request failed');
  return { status: 500, code: 'INTERNAL_SERVER_ERROR', message: `Something went wrong. Request id: ${requestId}` };
}

/** A request that the HTTP layer itself refused: too large, of an unknown content type, cut off. */
export function refusalOf(error: unknown): Fault | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  const { statusCode: status } = error;
  return status >= 400 && status < 500
    ? { status, code: 'BAD_REQUEST', message: REFUSALS[status] ?? REFUSED }
    : undefined;
}

const LONGEST_READING_ON_MS = 2_000;
const REFUSED = 'The request is malformed.';
const REFUSALS: Readonly<Record<number, string>> = {
  413: 'The body is larger than this path takes.',
  415: 'The content type is not one that this path takes.',
};
