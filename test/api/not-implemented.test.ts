import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { NOT_IMPLEMENTED } from '../support/not-implemented.js';
import { smallestDocument } from '../support/root-fields.js';
import { testServer } from '../support/test-server.js';

interface Answer {
  readonly errors?: readonly { readonly extensions: { readonly code: string; readonly requestId: string } }[];
}

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
const fields = (['Query', 'Mutation'] as const).flatMap((root) =>
  NOT_IMPLEMENTED[root].map((name) => [root, name] as const),
);

/** A token that may do all of it: the contract's command makes it, and the tenant with it. */
function makeToken(): string {
  const { dataDir, databaseUri, jwtSecret, masterKey } = testServer();
  const own = { DATA_DIR: dataDir, MONGODB_URI: databaseUri, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey };
  const command = ['bin/tributary.mjs', 'token', '--tenant', 'not-implemented', '--role', 'ADMIN,PRIVACY_OFFICER'];
  return execFileSync(process.execPath, command, { env: { ...process.env, ...own }, encoding: 'utf8' }).trim();
}

async function ask(token: string, query: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const response = await fetch(new URL('/graphql', testServer().url), {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Answer;
}

let token: string;
beforeAll(() => {
  token = makeToken();
});

describe('what is not built yet says so over HTTP', () => {
  test.each(fields)('%s.%s', async (root, name) => {
    const { errors } = await ask(token, smallestDocument(schema, root, name));
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_IMPLEMENTED']);
    expect(errors?.[0]?.extensions.requestId).toBeTruthy();
  });
});
