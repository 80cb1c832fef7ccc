import type { FastifyInstance } from 'fastify';
import { inTime } from '../platform/in-time.js';

const LONGEST_PING_MS = 2_000;

/** What readiness depends on. */
export interface HealthDependencies {
  /** Resolves where the database answers. */
  readonly ping: () => Promise<void>;
  /** Whether the server is about to end. */
  readonly isDraining: () => boolean;
}

/**
 * `/health/live`: the process answers. `/health/ready`: so does the database, within two seconds; 503 where it doesn't,
 * and from the moment the server has been told to stop.
 */
export function registerHealthRoutes(server: FastifyInstance, { ping, isDraining }: HealthDependencies): void {
  server.get('/health/live', async () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    if (isDraining()) return reply.status(503).send({ status: 'draining' });
    if (await answersInTime(ping)) return { status: 'ready' };
    return reply.status(503).send({ status: 'unavailable', waitingFor: ['database'] });
  });
}

function answersInTime(ping: () => Promise<void>): Promise<boolean> {
  return inTime(ping(), LONGEST_PING_MS, 'The database does not answer in time.').then(
    () => true,
    () => false,
  );
}
