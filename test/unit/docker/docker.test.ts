import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '../../..');
const COMPOSE = resolve(root, 'docker/compose.yaml');
const read = (path: string) => readFileSync(path, 'utf8');

const compose = z.object({
  services: z.object({
    mongo: z.object({ healthcheck: z.object({ test: z.array(z.string()) }) }),
    api: z.object({
      build: z.object({ context: z.string(), dockerfile: z.string() }),
      environment: z.record(z.string(), z.string()),
      depends_on: z.object({ mongo: z.object({ condition: z.literal('service_healthy') }) }),
    }),
  }),
});

const copies = read(resolve(root, 'docker/Dockerfile'))
  .split('\n')
  .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
  .flatMap((line) => line.split(/\s+/).slice(1, -1));

describe('the Docker files', () => {
  test.each(copies)('COPY %s copies something that exists', (source) => {
    expect(existsSync(resolve(root, source))).toBe(true);
  });

  test('compose.yaml builds the Dockerfile and waits for a MongoDB that makes itself a replica set', () => {
    const { services } = compose.parse(parse(read(COMPOSE)));
    const { context, dockerfile } = services.api.build;
    expect(existsSync(resolve(dirname(COMPOSE), context, dockerfile))).toBe(true);
    expect(services.mongo.healthcheck.test.join(' ')).toContain('rs.initiate');
    expect(services.api.environment.MONGODB_URI).toContain('replicaSet=rs0');
  });

  test('compose.yaml sets no variable that .env.example does not list', () => {
    const { services } = compose.parse(parse(read(COMPOSE)));
    const listed = read(resolve(root, '.env.example'))
      .match(/^#?[A-Z_]+(?==)/gm)
      ?.map((name) => name.replace('#', ''));
    expect(listed).toEqual(expect.arrayContaining(Object.keys(services.api.environment)));
  });
});
