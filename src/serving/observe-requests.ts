import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { AnsweredRequest, Metrics } from '../platform/metrics.js';
import { inTraceOf } from './trace-requests.js';

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Counts each request and, at the level debug, logs it in one line: its id, method, route, status and time. Both know the
 * route's pattern alone, since paths and query strings may hold personal data.
 */
export function observeRequests(server: FastifyInstance, metrics: Metrics, logger: Logger): void {
  server.addHook('onResponse', (request, reply, next) => {
    const answered = describe(request, reply);
    metrics.requestAnswered(answered);
    if (logger.isLevelEnabled('debug')) log(request, answered, logger);
    next();
  });
}

function describe(request: FastifyRequest, reply: FastifyReply): AnsweredRequest {
  return {
    method: METHODS.has(request.method) ? request.method : 'OTHER',
    route: routeOf(request),
    status: reply.statusCode,
    seconds: reply.elapsedTime / 1_000,
  };
}

function log(request: FastifyRequest, { method, route, status, seconds }: AnsweredRequest, logger: Logger): void {
  const tookMs = Math.round(seconds * 1_000_000) / 1_000;
  inTraceOf(request, () => logger.debug({ requestId: request.id, method, route, status, tookMs }, 'request answered'));
}

/** The pattern of a request's route; `unmatched` where none matches its path. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched';
}
