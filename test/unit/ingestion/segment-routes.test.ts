import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FastifyInstance, fastify } from 'fastify';
import mongoose from 'mongoose';
import { registerSegmentRoutes, type SegmentRoutes } from '../../../src/ingestion/segment.routes.js';
import type { RequestContext } from '../../../src/platform/context.js';
import { AppError } from '../../../src/platform/errors.js';
import { refusalHeaders } from '../../../src/serving/rate-limit-headers.js';

const outcome = { accepted: 1, duplicates: 0, rejected: [] };
const logged: unknown[] = [];

const log = (level: string) => (given: unknown) => void logged.push([level, given]);

let charge: (events: number) => Promise<Record<string, string>>;
let server: FastifyInstance;
let url: string;
let ingest: SegmentRoutes['ingestion']['ingest'];
beforeEach(async () => {
  logged.length = 0;
  server = fastify();
  const ctx = { requestId: 'r', now: () => new Date(0), access: { may: () => true } } as unknown as RequestContext;
  charge = async (events) => ({ 'ratelimit-remaining': String(100 - events) });
  const principal = { kind: 'API_TOKEN', tenantId: 't', subject: 's', roles: [], purposes: [] } as const;
  registerSegmentRoutes(server, {
    authentication: { authenticate: async () => principal },
    contextOf: async () => ctx,
    ingestion: { ingest: (...given) => ingest(...given) },
    logger: { error: log('error'), info: log('info') },
    charge: async (_ctx, events) => charge(events),
    refusalHeaders,
    audit: { took: async () => undefined, refused: async () => undefined },
    mostAtATime: 1,
  });
  url = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => server.close());

async function send() {
  const response = await fetch(`${url}/v1/track`, { method: 'POST', body: '{"userId":"u","event":"E"}' });
  const body = (await response.json()) as { success: boolean };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}

describe('a server that cannot take a call', () => {
  test('at its limit says 429 with Retry-After, and takes calls again once there is room', async () => {
    let finish = () => {};
    const entered = new Promise<void>((enter) => {
      ingest = () =>
        new Promise((resolve) => {
          finish = () => resolve(outcome);
          enter();
        });
    });
    const first = send();
    await entered;
    const second = await send();
    expect([second.status, second.retryAfter]).toEqual([429, '1']);
    finish();
    expect((await first).body).toEqual({ success: true, ...outcome });
    ingest = async () => outcome;
    expect((await send()).status).toBe(200);
  });

  test('whose caller has spent its points says when there will be more, and takes nothing in', async () => {
    charge = async () => {
      throw new AppError('RATE_LIMITED', 'slow down', { cost: 11, limit: 100, remaining: 3, retryAfterSeconds: 42 });
    };
    ingest = async () => {
      throw new Error('taken in');
    };
    const answer = await send();
    expect([answer.status, answer.retryAfter, answer.body.success]).toEqual([429, '42', false]);
  });

  test.each([
    ['whose database is away', () => new mongoose.mongo.MongoNetworkError('gone'), 503, '5', 'error'],
    ['that is overloaded', () => new AppError('RATE_LIMITED', 'slow down'), 429, '1', 'info'],
    ['with a defect', () => new Error('secret 13912345678'), 500, null, 'error'],
  ])('%s', async (_case, fault, status, retryAfter, level) => {
    ingest = async () => {
      throw fault();
    };
    const answer = await send();
    expect([answer.status, answer.retryAfter, answer.body.success]).toEqual([status, retryAfter, false]);
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(logged).toEqual([[level, expect.objectContaining({ requestId: expect.any(String) })]]);
  });
});
