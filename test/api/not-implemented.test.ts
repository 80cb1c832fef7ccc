import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { NOT_IMPLEMENTED } from '../support/not-implemented.js';
import { smallestDocument } from '../support/root-fields.js';
import { codesOf, createTenant, graphql, tokenFor } from '../support/server.js';

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
const fields = (['Query', 'Mutation'] as const).flatMap((root) =>
  NOT_IMPLEMENTED[root].map((name) => [root, name] as const),
);

let token: string;
beforeAll(async () => {
  token = tokenFor(await createTenant('unbuilt'), ['ADMIN', 'PRIVACY_OFFICER']);
});

describe('what is not built yet says so over HTTP', () => {
  test.each(fields)('%s.%s', async (root, name) => {
    const answer = await graphql(token, smallestDocument(schema, root, name));
    expect(codesOf(answer)).toEqual(['NOT_IMPLEMENTED']);
    expect(answer.errors?.[0]?.extensions.requestId).toBeTruthy();
  });
});
