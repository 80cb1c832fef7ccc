import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  IngestDocument,
  ListProfilesDocument,
  type ListProfilesQuery,
  ProfileByIdentifierDocument,
  SetTraitDocument,
  ViewerDocument,
} from '../../schema/generated/operations.js';
import { clientOf, present } from '../support/api-client.js';
import { apolloClient, type GraphqlClient, requestClient, urqlClient } from '../support/graphql-clients.js';
import { byUser, identify, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

const PEOPLE = 7;

let tenant: string;
beforeAll(async () => {
  tenant = await createTenant('clients');
  await sendAll(
    clientOf(tenant),
    Array.from({ length: PEOPLE }, (_, n) => identify({ identifiers: [byUser(`client-${n}`)], channel: 'CRM' })),
  );
});

async function pageAfter(client: GraphqlClient, after: string | null): Promise<ListProfilesQuery['profiles']> {
  const { data, codes } = await client.run(ListProfilesDocument, { first: 3, after, filter: { channels: ['CRM'] } });
  expect(codes).toEqual([]);
  return present(data).profiles;
}

type Make = (url: string, headers: Record<string, string>) => GraphqlClient;
const makers: [string, Make][] = [
  ['@apollo/client', apolloClient],
  ['@urql/core', urqlClient],
  ['graphql-request', requestClient],
];

describe.each(makers)('%s', (name, make) => {
  const clientAs = (token: string) =>
    make(new URL('/graphql', testServer().url).href, { authorization: `Bearer ${token}` });
  const admin = () => clientAs(tokenFor(tenant));

  test('runs a query', async () => {
    const { data, codes } = await admin().run(ViewerDocument, {});
    expect(codes).toEqual([]);
    expect(data?.viewer).toMatchObject({ subject: 'tester', tenantId: tenant, roles: ['ADMIN'] });
  });

  test('runs a mutation, and reads what it wrote', async () => {
    const client = admin();
    const identifier = byUser(`new-${name}`);
    const event = identify({ identifiers: [identifier], messageId: `new-${name}`, channel: 'ERP' });
    expect((await client.run(IngestDocument, { events: [event] })).data?.ingest).toMatchObject({ accepted: 1 });
    const { data } = await client.run(ProfileByIdentifierDocument, { identifier });
    const profileId = present(data?.profileByIdentifier).id;
    const set = await client.run(SetTraitDocument, { profileId, trait: 'city', value: '上海', reason: 'by phone' });
    expect(set.data?.setTrait.traits.city).toBe('上海');
  });

  test('walks pages to their end, each person once', async () => {
    const client = admin();
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { edges, pageInfo } = await pageAfter(client, after);
      ids.push(...edges.map(({ node }) => node.id));
      after = pageInfo.hasNextPage ? present(pageInfo.endCursor) : null;
    } while (after !== null);
    expect(new Set(ids).size).toBe(PEOPLE);
    expect(ids).toHaveLength(PEOPLE);
  });

  test.each([
    ['a malformed argument', () => admin().run(ListProfilesDocument, { first: 1_000 }), 'BAD_USER_INPUT'],
    ['a wrong variable', () => admin().run(ListProfilesDocument, { first: 'three' as never }), 'BAD_USER_INPUT'],
    ['a cursor of another query', () => admin().run(ListProfilesDocument, { after: 'bm9uZQ' }), 'BAD_USER_INPUT'],
    [
      'what its role may not do',
      () => clientAs(tokenFor(tenant, ['VIEWER'])).run(IngestDocument, { events: [] }),
      'FORBIDDEN',
    ],
    ['a token that does not hold', () => clientAs('x').run(ViewerDocument, {}), 'UNAUTHENTICATED'],
  ])('is told the code of %s', async (_what, run, code) => {
    expect((await run()).codes).toEqual([code]);
  });
});
