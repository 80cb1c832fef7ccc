import { type Context, context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tracer } from '../platform/tracing.js';

const PROBES: ReadonlySet<string | undefined> = new Set(['/health/live', '/health/ready', '/metrics']);

const traces = new WeakMap<FastifyRequest, Context>();

/** Makes each request a span, below the one that its `traceparent` names; probes and scrapes have none. */
export function traceRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, next) => {
    if (PROBES.has(request.routeOptions.url)) return next();
    traces.set(request, begin(request));
    inTraceOf(request, next);
  });
  server.addHook('onResponse', (request, reply, next) => {
    const span = trace.getSpan(traces.get(request) ?? ROOT_CONTEXT);
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    next();
  });
}

/** Runs `work` within a request's trace, or as it is where the request has none. */
export function inTraceOf<T>(request: FastifyRequest, work: () => T): T {
  const found = traces.get(request);
  return found ? context.with(found, work) : work();
}

/** Of what a caller may say about its trace only the ids are taken: tracestate and baggage are free text. */
function begin(request: FastifyRequest): Context {
  const { traceparent } = request.headers;
  const parent = propagation.extract(ROOT_CONTEXT, { traceparent });
  const route = request.routeOptions.url;
  const attributes = { 'http.request.method': request.method, ...(route !== undefined && { 'http.route': route }) };
  const name = `${request.method} ${route ?? 'unmatched'}`;
  return trace.setSpan(parent, tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent));
}
