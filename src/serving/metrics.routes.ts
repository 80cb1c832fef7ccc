import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../platform/metrics.js';

/** `GET /metrics`: what this process counts, in Prometheus' text format. */
export function registerMetricsRoutes(server: FastifyInstance, metrics: Metrics): void {
  server.get('/metrics', async (_request, reply) => {
    const text = await metrics.text();
    return reply.type(metrics.contentType).header('cache-control', 'no-store').send(text);
  });
}
