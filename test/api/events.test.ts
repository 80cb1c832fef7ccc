import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  EventsByMessageIdDocument,
  ProfileEventsDocument,
  type ProfileEventsQueryVariables,
  ProfileJourneyDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { profileBy, profileIdOf, profileOf } from '../support/profile-reader.js';
import { byDevice, byPhone, byUser, eventOf, identify, phoneNumber, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

const EVENTS = 87;
const CHANNELS = ['WEB', 'APP', 'STORE'] as const;
const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

let admin: ApiClient;
let profileId: string;
/** The messageIds of the person's events, newest first. */
let newestFirst: string[];

/** Event n happened n hours after the start, save that each tenth is at the same moment as the one before it. */
function eventNumber(n: number) {
  const hour = n % 10 === 9 ? n - 1 : n;
  const channel = present(CHANNELS[n % 3]);
  return eventOf({
    messageId: `history-${String(n).padStart(3, '0')}`,
    name: n % 4 === 0 ? 'Order Completed' : 'Product Viewed',
    type: n % 7 === 0 ? 'PAGE' : 'TRACK',
    channel,
    identifiers: [byPhone(phoneNumber(1))],
    properties: { n, revenue: n % 4 === 0 ? n : undefined },
    occurredAt: new Date(START + hour * HOUR_MS).toISOString(),
  });
}

const numbers = Array.from({ length: EVENTS }, (_, n) => n);

beforeAll(async () => {
  admin = clientOf(await createTenant('events'));
  const shuffled = numbers.toSorted((a, b) => ((a * 37) % EVENTS) - ((b * 37) % EVENTS));
  for (let at = 0; at < EVENTS; at += 15) await sendAll(admin, shuffled.slice(at, at + 15).map(eventNumber));
  profileId = present(await profileIdOf(admin, byPhone(phoneNumber(1))));
  newestFirst = numbers
    .map(eventNumber)
    .toSorted((a, b) => b.occurredAt.localeCompare(a.occurredAt))
    .map(({ messageId }) => messageId);
});

async function page(variables: Omit<ProfileEventsQueryVariables, 'id'>, id = profileId) {
  const { profile } = await admin.data(ProfileEventsDocument, { id, ...variables });
  return present(profile?.events);
}

async function allPages(variables: Omit<ProfileEventsQueryVariables, 'id' | 'after'>): Promise<string[]> {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { edges, pageInfo }: Awaited<ReturnType<typeof page>> = await page({ ...variables, after });
    seen.push(...edges.map(({ node }) => node.messageId));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    if (seen.length > EVENTS) break;
  } while (after);
  return seen;
}

/** Equal times may come in any order, as long as it stays the same one. */
function inOrderOfTime(messageIds: readonly string[]): boolean {
  const times = messageIds.map((id) => eventNumber(Number(id.slice(-3))).occurredAt);
  return times.every((time, at) => at === 0 || time <= present(times[at - 1]));
}

describe('the history of a profile', () => {
  test('shows the newest 20 of all accounts', async () => {
    const { events, channelAccounts } = await profileOf(admin, profileId);
    const shown = present(events).edges.map(({ node }) => node.messageId);
    expect(channelAccounts).toHaveLength(3);
    expect(shown).toHaveLength(20);
    expect(inOrderOfTime(shown)).toBe(true);
    expect([...shown].sort()).toEqual(newestFirst.slice(0, 20).sort());
    expect(present(events).pageInfo.hasNextPage).toBe(true);
  });

  test.each([1, 7, 20, 21, 50, 100])(
    'paged by %d has no gap and no event twice',
    async (first) => {
      const seen = await allPages({ first });
      expect(seen).toHaveLength(EVENTS);
      expect([...seen].sort()).toEqual([...newestFirst].sort());
      expect(inOrderOfTime(seen)).toBe(true);
    },
    60_000,
  );

  test('with exactly 20, 21 or 22 events says rightly whether more follow', async () => {
    for (const count of [20, 21, 22]) {
      const identifiers = [byUser(`count-${count}`)];
      await sendAll(
        admin,
        Array.from({ length: count }, () => eventOf({ identifiers })),
      );
      const { id } = await profileBy(admin, byUser(`count-${count}`));
      const first = await page({ first: 20 }, id);
      expect([count, first.edges.length, first.pageInfo.hasNextPage]).toEqual([count, 20, count > 20]);
      const rest = await page({ first: 20, after: first.pageInfo.endCursor }, id);
      expect([rest.edges.length, rest.pageInfo.hasNextPage]).toEqual([count - 20, false]);
      expect((await page({ first: 21 }, id)).edges).toHaveLength(Math.min(count, 21));
    }
  });

  test('an event that arrives late takes its place by its time', async () => {
    const identifiers = [byUser('late')];
    const at = (day: number) => new Date(START + day * 24 * HOUR_MS).toISOString();
    for (const day of [9, 1, 5])
      await sendAll(admin, [eventOf({ name: `Day ${day}`, identifiers, occurredAt: at(day) })]);
    const { events } = await profileBy(admin, byUser('late'));
    expect(present(events).edges.map(({ node }) => node.name)).toEqual(['Day 9', 'Day 5', 'Day 1']);
  });

  test('filters', async () => {
    const of = (keep: (n: number) => boolean) => newestFirst.filter((id) => keep(Number(id.slice(-3)))).sort();
    const filtered = async (filter: ProfileEventsQueryVariables['filter']) =>
      (await allPages({ filter, first: 9 })).sort();
    expect(await filtered({ names: ['Order Completed'] })).toEqual(of((n) => n % 4 === 0));
    expect(await filtered({ types: ['PAGE'] })).toEqual(of((n) => n % 7 === 0));
    expect(await filtered({ channels: ['STORE', 'WEB'] })).toEqual(of((n) => n % 3 !== 1));
    expect(await filtered({ names: ['Order Completed'], channels: ['APP'], types: ['TRACK'] })).toEqual(
      of((n) => n % 4 === 0 && n % 3 === 1 && n % 7 !== 0),
    );
    const range = {
      from: new Date(START + 10 * HOUR_MS).toISOString(),
      to: new Date(START + 30 * HOUR_MS).toISOString(),
    };
    expect(await filtered({ range })).toEqual(of((n) => n >= 10 && n < 30));
    expect(await filtered({ names: [] })).toEqual([]);
  });

  test('a cursor opens for its own profile and filter alone', async () => {
    const { endCursor } = (await page({ first: 5 })).pageInfo;
    const other = present(await profileIdOf(admin, byUser('late')));
    const codes = (id: string, more: object = {}) =>
      admin.codes(ProfileEventsDocument, { id, after: endCursor, ...more });
    expect(await codes(profileId)).toEqual([]);
    expect(await codes(other)).toEqual(['BAD_USER_INPUT']);
    expect(await codes(profileId, { filter: { types: ['PAGE'] } })).toEqual(['BAD_USER_INPUT']);
    for (const first of [0, 101]) expect(await codes(profileId, { first })).toEqual(['BAD_USER_INPUT']);
  });
});

describe('eventsByMessageId', () => {
  const find = async (messageIds: string[]) =>
    (await admin.data(EventsByMessageIdDocument, { messageIds })).eventsByMessageId;

  test('answers in the order asked for, null where there is none, with the profile of each', async () => {
    const found = await find(['history-042', 'none', 'history-000', 'history-042', '', '\u0000']);
    expect(found.map((event) => event?.messageId)).toEqual([
      'history-042',
      undefined,
      'history-000',
      'history-042',
      undefined,
      undefined,
    ]);
    expect(found.flatMap((event) => event?.profile?.id ?? [])).toEqual([profileId, profileId, profileId]);
  });

  test('takes at most 100', async () => {
    expect(await find(numbers.map((n) => `history-${String(n).padStart(3, '0')}`))).not.toContain(null);
    expect(await admin.codes(EventsByMessageIdDocument, { messageIds: Array<string>(101).fill('x') })).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  test('an event is shown as it was sent, classified', async () => {
    const event = eventOf({
      messageId: 'as-sent',
      name: 'Order Completed',
      channel: 'ECOMMERCE',
      identifiers: [byUser('as-sent')],
      properties: { revenue: 19.9, currency: 'usd', items: [{ sku: 'A', n: 2 }], note: '礼物 🎁' },
      context: { campaign: { source: 'wechat', medium: 'cpc', name: 'spring' } },
    });
    await sendAll(admin, [event]);
    const { events } = await profileBy(admin, byUser('as-sent'));
    expect(present(events).edges[0]?.node).toMatchObject({
      type: 'TRACK',
      name: 'Order Completed',
      channel: 'ECOMMERCE',
      properties: event.properties,
      revenue: { amount: '19.9', currency: 'USD' },
      campaign: { source: 'wechat', medium: 'cpc', name: 'spring' },
      trafficSource: 'PAID',
      touchpoint: { initiative: 'ACTIVE', place: 'ONLINE', valueClass: 'HIGH' },
      occurredAt: event.occurredAt,
    });
  });

  test('an event too large to be copied into the profile is shown all the same', async () => {
    const text = '长'.repeat(3_000);
    await sendAll(admin, [
      eventOf({ identifiers: [byDevice('large-event')], channel: 'IOT', properties: { text } }),
      eventOf({ identifiers: [byDevice('large-event')], channel: 'IOT', properties: { text: 'short' } }),
    ]);
    const { events } = await profileBy(admin, byDevice('large-event'));
    expect(
      present(events)
        .edges.map(({ node }) => node.properties.text)
        .sort(),
    ).toEqual(['short', text]);
  });
});

describe('the journey', () => {
  test('leads through the stages in the order of time, over all channels', async () => {
    const identifiers = [byPhone(phoneNumber(2))];
    const at = (day: number) => new Date(START + day * 24 * HOUR_MS).toISOString();
    const steps = [
      ['WEB', 'Page Viewed', 'AWARENESS'],
      ['APP', 'Signed Up', 'ACQUISITION'],
      ['STORE', 'Order Completed', 'CONVERSION'],
      ['APP', 'Order Completed', 'RETENTION'],
      ['WEB', 'Product Shared', 'REFERRAL'],
      ['APP', 'Account Deleted', 'CHURN'],
    ] as const;
    const events = steps.map(([channel, name], day) => eventOf({ channel, name, identifiers, occurredAt: at(day) }));
    await sendAll(admin, events.toReversed());
    const { id } = await profileBy(admin, byPhone(phoneNumber(2)));
    const journey = async (range?: { from: string; to: string }) =>
      present((await admin.data(ProfileJourneyDocument, { id, range })).profile?.journey);
    const whole = await journey();
    expect(whole.steps.map(({ event, stage }) => [event.channel, event.name, stage])).toEqual(steps);
    expect(whole).toMatchObject({ currentStage: 'CHURN', channels: ['WEB', 'APP', 'STORE'], durationDays: 5 });
    const part = await journey({ from: at(1), to: at(3) });
    expect(part.steps.map(({ event }) => event.name)).toEqual(['Signed Up', 'Order Completed']);
    expect(part).toMatchObject({ currentStage: 'CONVERSION', durationDays: 1 });
  });

  test('of someone with many events takes them all in', async () => {
    const { profile } = await admin.data(ProfileJourneyDocument, { id: profileId });
    expect(profile?.journey?.steps).toHaveLength(EVENTS);
  });

  test('of someone who only was identified', async () => {
    await sendAll(admin, [identify({ identifiers: [byUser('only')] })]);
    const { id } = await profileBy(admin, byUser('only'));
    expect((await admin.data(ProfileJourneyDocument, { id })).profile?.journey).toMatchObject({
      currentStage: 'ACQUISITION',
      durationDays: 0,
    });
  });
});
