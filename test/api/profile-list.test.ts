import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CountProfilesDocument,
  ListProfilesDocument,
  type ListProfilesQueryVariables,
  MergeProfilesDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { profileIdOf } from '../support/profile-reader.js';
import { byEmail, byPhone, byUser, daysAgo, identify, phoneNumber, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

const PEOPLE = 25;
const NAMES = ['张伟', '王秀英', '欧阳娜娜', 'Ada Lovelace', 'Grace Brewster Hopper'];

let tenant: string;
let admin: ApiClient;
const ids: string[] = [];

/** Person n was seen n days ago and last; the first five have names. */
function person(n: number) {
  const identifiers = [byUser(`list-${n}`), byPhone(phoneNumber(n * 1_111)), byEmail(`person.${n}@example.org`)];
  const channel = n % 2 === 0 ? ('CRM' as const) : ('STORE' as const);
  return identify({ channel, identifiers, occurredAt: daysAgo(n), ...(NAMES[n] && { traits: { name: NAMES[n] } }) });
}

beforeAll(async () => {
  tenant = await createTenant('list');
  admin = clientOf(tenant);
  for (let n = 0; n < PEOPLE; n += 1) await sendAll(admin, [person(n)]);
  for (let n = 0; n < PEOPLE; n += 1) ids.push(present(await profileIdOf(admin, byUser(`list-${n}`))));
});

async function page(variables: ListProfilesQueryVariables, client = admin) {
  return (await client.data(ListProfilesDocument, variables)).profiles;
}

async function found(variables: ListProfilesQueryVariables, client = admin): Promise<number[]> {
  const { edges } = await page({ first: 100, ...variables }, client);
  return edges.map(({ node }) => ids.indexOf(node.id));
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
const search = (text: string, client?: ApiClient) => found({ filter: { search: text } }, client);

describe('order and pages', () => {
  test('newest seen first, or newest made first', async () => {
    expect(await found({})).toEqual(range(0, PEOPLE));
    expect(await found({ orderBy: 'CREATED_DESC' })).toEqual(range(0, PEOPLE).reverse());
  });

  test.each(['LAST_SEEN_DESC', 'CREATED_DESC'] as const)(
    'by %s: pages have no gap and nobody twice',
    async (orderBy) => {
      const seen: number[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < 9; pages += 1) {
        const { edges, pageInfo } = await page({ orderBy, first: 4, after });
        expect(pageInfo).toMatchObject({
          hasPreviousPage: pages > 0,
          startCursor: edges[0]?.cursor,
          endCursor: edges.at(-1)?.cursor,
        });
        seen.push(...edges.map(({ node }) => ids.indexOf(node.id)));
        after = pageInfo.endCursor;
        if (!pageInfo.hasNextPage) break;
      }
      expect(seen).toEqual(await found({ orderBy }));
    },
  );

  test('a cursor holds its place while others come in before and after it', async () => {
    const first = await page({ first: 10 });
    await sendAll(admin, [identify({ identifiers: [byUser('list-early')], occurredAt: daysAgo(-0.5) })]);
    await sendAll(admin, [identify({ identifiers: [byUser('list-old')], occurredAt: daysAgo(400) })]);
    const rest = await found({ after: first.pageInfo.endCursor });
    expect(rest).toEqual([...range(10, PEOPLE), -1]);
    expect((await page({ first: 1 })).edges[0]?.node.id).toBe(await profileIdOf(admin, byUser('list-early')));
  });

  test('people seen at the same moment are paged through one by one', async () => {
    const occurredAt = daysAgo(500);
    await sendAll(
      admin,
      range(0, 7).map((n) => identify({ identifiers: [byUser(`same-${n}`)], occurredAt })),
    );
    const same = { seenIn: { from: daysAgo(501), to: daysAgo(499) } };
    const seen = new Set<string>();
    let after: string | null = null;
    do {
      const { edges, pageInfo }: Awaited<ReturnType<typeof page>> = await page({ filter: same, first: 2, after });
      for (const { node } of edges) seen.add(node.id);
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after);
    expect(seen.size).toBe(7);
  });

  test('a cursor opens for its own query and tenant alone', async () => {
    const { endCursor } = (await page({ first: 2 })).pageInfo;
    const codes = (variables: ListProfilesQueryVariables, client = admin) =>
      client.codes(ListProfilesDocument, { after: endCursor, ...variables });
    expect(await codes({})).toEqual([]);
    expect(await codes({ orderBy: 'CREATED_DESC' })).toEqual(['BAD_USER_INPUT']);
    expect(await codes({ filter: { channels: ['CRM'] } })).toEqual(['BAD_USER_INPUT']);
    expect(await codes({}, clientOf(await createTenant('cursor')))).toEqual(['BAD_USER_INPUT']);
    for (const after of ['nonsense', '.', '\u0000', `${endCursor}x`, `x${endCursor}`])
      expect([after, await codes({ after })]).toEqual([after, ['BAD_USER_INPUT']]);
  });

  test.each([0, 101, -1, 2_147_483_647])('first: %d is refused', async (first) => {
    const { errors } = await admin.ask(ListProfilesDocument, { first });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', details: { path: 'first' } } }]);
  });
});

describe('filters', () => {
  test('ids, in the order asked of the list; unknown and malformed ones find nobody', async () => {
    const filter = { ids: [present(ids[7]), present(ids[3]), 'prf_00000000000000000000000000', '', '\u0000', '$ne'] };
    expect(await found({ filter })).toEqual([3, 7]);
    expect(await found({ filter: { ids: [] } })).toEqual([]);
    expect(await admin.codes(ListProfilesDocument, { filter: { ids: Array<string>(101).fill('x') } })).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  test('channels: any of them', async () => {
    const even = range(0, PEOPLE).filter((n) => n % 2 === 0);
    expect(await found({ filter: { channels: ['CRM'] } })).toEqual(even);
    expect(await found({ filter: { channels: ['CRM', 'STORE'] } })).toEqual(range(0, PEOPLE));
    expect(await found({ filter: { channels: ['SOCIAL'] } })).toEqual([]);
    expect(await found({ filter: { channels: [] } })).toEqual([]);
  });

  test('seenIn: from inclusive, to exclusive', async () => {
    const { edges } = await page({ first: 10 });
    const at = (n: number) => present(edges.find(({ node }) => node.id === ids[n])).node.lastSeenAt;
    expect(await found({ filter: { seenIn: { from: at(6), to: at(4) } } })).toEqual([5, 6]);
    expect(await found({ filter: { seenIn: { from: at(6), to: at(4) } }, orderBy: 'CREATED_DESC' })).toEqual([6, 5]);
  });

  test('all that is given holds together', async () => {
    const filter = { channels: ['STORE' as const], search: 'person.3@example.org', ids: ids.slice(0, 9) };
    expect(await found({ filter })).toEqual([3]);
    expect(await found({ filter: { ...filter, channels: ['CRM'] } })).toEqual([]);
    expect(await found({ filter: { ...filter, ids: ids.slice(5) } })).toEqual([]);
    expect(await found({ filter: { ...filter, seenIn: { from: daysAgo(2), to: daysAgo(1) } } })).toEqual([]);
  });

  test('totalCount counts what the filter finds', async () => {
    const count = async (filter: ListProfilesQueryVariables['filter']) =>
      (await admin.data(CountProfilesDocument, { filter })).profiles;
    expect(await count({ channels: ['STORE'] })).toEqual({ totalCount: 12, totalCountIsExact: true });
    expect(await count({ ids: ids.slice(0, 3) })).toEqual({ totalCount: 3, totalCountIsExact: true });
    expect(await count({ search: 'nobody at all' })).toEqual({ totalCount: 0, totalCountIsExact: true });
    expect(await count({ seenIn: { from: daysAgo(2.5), to: daysAgo(0.5) } })).toEqual({
      totalCount: 2,
      totalCountIsExact: true,
    });
  });

  test('the order by value is not built', async () => {
    expect(await admin.codes(ListProfilesDocument, { orderBy: 'VALUE_DESC' })).toEqual(['NOT_IMPLEMENTED']);
  });
});

describe('search finds', () => {
  const phone = phoneNumber(4 * 1_111).slice(3);

  test.each([
    ['a whole phone', phone],
    ['a whole phone in another spelling', `+86 ${phone.slice(0, 3)} ${phone.slice(3, 7)} ${phone.slice(7)}`],
    ["a phone's first seven digits", phone.slice(0, 7)],
    ["a phone's last four digits", phone.slice(-4)],
    ['a whole email', 'Person.4@example.org'],
    ["an email's local part", 'person.4'],
    ['the start of a name', 'grace b'],
    ['the start of its second word', 'brewster'],
    ['a whole name', 'Grace Brewster Hopper'],
  ])('%s: %s', async (_, text) => {
    expect(await search(text)).toContain(4);
    expect((await search(text)).length).toBeLessThan(12);
  });

  test.each([
    ['张', [0]],
    ['张伟', [0]],
    ['zhangw', [0]],
    ['ZHANG WEI', [0]],
    ['zw', [0]],
    ['ouyangnn', []],
    ['ouyangna', [2]],
    ['oynn', [2]],
    ['lovel', [3]],
    ['伟', []],
    ['ngwei', []],
    ['', []],
    ['   ', []],
  ])('by name %j: %j', async (text, expected) => {
    expect(await search(text)).toEqual(expected);
  });

  test("a phone's first three digits: all who have them", async () => {
    expect(await search(phone.slice(0, 3))).toEqual(range(0, PEOPLE));
  });

  test.each([phone.slice(0, 5), phone.slice(1), phone.slice(-5), 'example.org', '.*', '$', '^person', '\u0000'])(
    'nobody by %j',
    async (text) => {
      expect(await search(text)).toEqual([]);
    },
  );

  test('those who may not look people up search by what they see', async () => {
    const viewer = clientOf(tenant, ['VIEWER']);
    for (const text of [
      phone,
      phone.slice(0, 3),
      phone.slice(0, 7),
      phone.slice(-4),
      'person.4',
      'person.4@example.org',
      '张伟',
      'zhangw',
    ])
      expect([text, await search(text, viewer)]).toEqual([text, []]);
    expect(await search('张', viewer)).toEqual([0]);
    expect(await search('G', viewer)).toEqual([4]);
    expect(await search('张伟', clientOf(tenant, ['MARKETER']))).toEqual([0]);
  });
});

describe('a profile that became part of another', () => {
  test('is no longer listed or counted', async () => {
    const [into, from] = [present(ids[23]), present(ids[24])];
    await admin.data(MergeProfilesDocument, { into, from: [from], reason: 'the same' });
    expect(await found({ filter: { ids: [into, from] } })).toEqual([23]);
    expect(await search('person.24')).toEqual([23]);
    expect(await found({ filter: { channels: ['CRM'], search: 'person.23' } })).toEqual([23]);
    expect((await found({})).filter((n) => n === 24)).toEqual([]);
  });
});
