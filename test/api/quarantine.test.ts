import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  QuarantinedItemsDocument,
  type QuarantinedItemsQueryVariables,
  ReplayQuarantinedDocument,
  TenantSettingsDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { profileBy, profileIdOf } from '../support/profile-reader.js';
import { byDevice, byPhone, byUser, daysAgo, eventOf, identify, send } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

let tenant: string;
let admin: ApiClient;
beforeAll(async () => {
  tenant = await createTenant('quarantine');
  admin = clientOf(tenant);
});

async function items(variables: QuarantinedItemsQueryVariables = {}, client = admin) {
  return (await client.data(QuarantinedItemsDocument, { first: 100, ...variables })).quarantinedItems;
}

const itemsOf = async (code: string, client = admin) => (await items({ code }, client)).edges.map(({ node }) => node);
async function pagedThrough(code: string, first: number): Promise<string[]> {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { edges, pageInfo }: Awaited<ReturnType<typeof items>> = await items({ code, first, after });
    seen.push(...edges.map(({ node }) => (node.original as { messageId: string }).messageId));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return seen;
}

const replay = async (ids: string[]) => (await admin.data(ReplayQuarantinedDocument, { ids })).replayQuarantined;

async function decide(settings: Record<string, unknown>): Promise<void> {
  const { version } = (await admin.data(TenantSettingsDocument, {})).tenantSettings;
  await admin.data(UpdateTenantSettingsDocument, { settings, expectedVersion: version });
}

describe('refused items', () => {
  test('are kept with code, path, message and original; refused again they are kept once', async () => {
    const bad = eventOf({ messageId: 'late', identifiers: [byUser('future')], occurredAt: daysAgo(-2) });
    await send(admin, [bad]);
    const [item, ...others] = await itemsOf('OCCURRED_IN_FUTURE');
    expect(others).toEqual([]);
    expect(item).toMatchObject({
      source: 'GRAPHQL',
      path: 'occurredAt',
      message: expect.stringContaining('24 h'),
      original: { messageId: 'late', identifiers: [{ type: 'USER_ID', value: 'future' }] },
      replayedAt: null,
    });
    await send(admin, [bad, bad]);
    expect(await itemsOf('OCCURRED_IN_FUTURE')).toHaveLength(1);
    expect(await profileIdOf(admin, byUser('future'))).toBeNull();
  });

  test('are listed newest first, by code, in pages without a gap', async () => {
    const count = 23;
    for (let n = 0; n < count; n += 1) {
      const name = n % 2 === 0 ? '' : 'x'.repeat(300);
      await send(admin, [
        eventOf({ messageId: `page-${n}`, identifiers: [byUser('p')], name }),
        eventOf({ messageId: `none-${n}`, identifiers: [] }),
      ]);
    }
    const seen = await pagedThrough('MISSING_NAME', 5);
    expect(seen).toEqual(Array.from({ length: count }, (_, n) => `page-${count - 1 - n}`));
    const codes = new Set((await items()).edges.map(({ node }) => node.code));
    expect(codes).toEqual(new Set(['MISSING_NAME', 'NO_IDENTIFIER', 'OCCURRED_IN_FUTURE']));
    expect(await itemsOf('NEVER_HEARD_OF')).toEqual([]);
    const { endCursor } = (await items({ code: 'MISSING_NAME', first: 5 })).pageInfo;
    expect(await admin.codes(QuarantinedItemsDocument, { after: endCursor })).toEqual(['BAD_USER_INPUT']);
    for (const first of [0, 101])
      expect(await admin.codes(QuarantinedItemsDocument, { first })).toEqual(['BAD_USER_INPUT']);
  });

  test('are for those who manage them', async () => {
    for (const role of ['MARKETER', 'ANALYST', 'VIEWER', 'PRIVACY_OFFICER']) {
      const client = clientOf(tenant, [role]);
      expect(await client.codes(QuarantinedItemsDocument, {})).toEqual(['FORBIDDEN']);
      expect(await client.codes(ReplayQuarantinedDocument, { ids: ['x'] })).toEqual(['FORBIDDEN']);
    }
    const [item] = await itemsOf('OCCURRED_IN_FUTURE', clientOf(tenant, ['STEWARD']));
    expect(item?.original).toMatchObject({ messageId: 'late' });
  });
});

describe('replayQuarantined', () => {
  test('takes what now can be taken, once; the rest stays', async () => {
    const national = (n: number) => `9123456${n}`;
    await send(admin, [
      identify({ messageId: 'replay-4', identifiers: [byPhone(national(4))], traits: { city: 'Singapore' } }),
      identify({ messageId: 'replay-5', identifiers: [byPhone(national(5))] }),
      identify({ messageId: 'replay-6', identifiers: [byPhone('12')] }),
    ]);
    const refused = await itemsOf('INVALID_IDENTIFIER');
    expect(refused).toHaveLength(3);
    const ids = refused.map(({ id }) => id);
    expect(await replay(ids)).toEqual({ accepted: 0, duplicates: 0, stillRefused: 3 });
    await decide({ defaultRegion: 'SG' });
    expect(await replay([...ids, ...ids])).toEqual({ accepted: 2, duplicates: 0, stillRefused: 1 });
    expect((await profileBy(admin, byPhone(`+65${national(4)}`))).traits).toMatchObject({ city: 'Singapore' });
    const after = await itemsOf('INVALID_IDENTIFIER');
    expect(after.filter(({ replayedAt }) => replayedAt !== null)).toHaveLength(2);
    expect(await replay(ids)).toEqual({ accepted: 0, duplicates: 2, stillRefused: 1 });
    await decide({ defaultRegion: null });
  });

  test('takes what a blocked value had left without an identifier', async () => {
    await decide({ blockedIdentifiers: ['kiosk-7'] });
    const blocked = eventOf({ channel: 'IOT', identifiers: [byDevice('kiosk-7')] });
    expect((await send(admin, [blocked])).rejected).toMatchObject([{ code: 'NO_IDENTIFIER' }]);
    const item = (await itemsOf('NO_IDENTIFIER')).find(
      ({ original }) => (original as { messageId: string }).messageId === blocked.messageId,
    );
    await decide({ blockedIdentifiers: null });
    expect(await replay([present(item).id])).toEqual({ accepted: 1, duplicates: 0, stillRefused: 0 });
    expect(await profileIdOf(admin, byDevice('kiosk-7'))).not.toBeNull();
  });

  test('of an unknown id does nothing at all', async () => {
    const [item] = await itemsOf('NO_IDENTIFIER');
    const codes = (ids: string[]) => admin.codes(ReplayQuarantinedDocument, { ids });
    expect(await codes([present(item).id, 'qit_00000000000000000000000000'])).toEqual(['NOT_FOUND']);
    expect(await codes(['nonsense'])).toEqual(['NOT_FOUND']);
    expect(await codes([])).toEqual(['BAD_USER_INPUT']);
    expect(await codes(Array.from({ length: 1_001 }, (_, n) => `x${n}`))).toEqual(['BAD_USER_INPUT']);
  });
});
