import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type EventInput,
  EventsByMessageIdDocument,
  IngestDocument,
  ProfileEventsDocument,
} from '../../schema/generated/operations.js';
import { Event } from '../../src/events/event.entity.js';
import { Profile } from '../../src/profiles/profile.entity.js';
import { type ApiClient, present } from '../support/api-client.js';
import { OwnServer } from '../support/own-server.js';
import { profileBy } from '../support/profile-reader.js';
import { byOpenId, byPhone, byUser, eventOf, phoneNumber, sendAll } from '../support/sample-events.js';
import type { GraphqlAnswer } from '../support/server.js';

const PEOPLE = 12;
const BATCHES = 24;
const BATCH_SIZE = 25;
const SENDERS = 3;
const RETRY_MS = 50;
const LONGEST_OUTAGE_MS = 150_000;
const START = Date.UTC(2026, 0, 1);

const server = new OwnServer('error');
beforeAll(() => server.start(), 60_000);
afterAll(() => server.dispose(), 30_000);

/** Event k of a person: by turns of three accounts, which its phone or open id binds together now and then. */
function eventNumber(k: number): EventInput {
  const person = k % PEOPLE;
  const turn = Math.floor(k / PEOPLE) % 7;
  const user = byUser(`fault-${person}`);
  const phone = byPhone(phoneNumber(person));
  const open = byOpenId(`fault-open-${person}`);
  const [channel, identifiers] = (
    [
      ['WEB', [user]],
      ['CRM', [phone]],
      ['MINI_PROGRAM', [open]],
      ['APP', [user]],
      ['MINI_PROGRAM', [open, phone]],
      ['CRM', [phone]],
      ['WEB', [user, phone]],
    ] as const
  )[turn] ?? ['WEB', [user]];
  const occurredAt = new Date(START + ((k * 7_919) % 100_000) * 60_000).toISOString();
  return eventOf({ messageId: `fault-${k}`, channel, identifiers, traits: { city: `City ${k}`, step: k }, occurredAt });
}

const allEvents = Array.from({ length: BATCHES * BATCH_SIZE }, (_, k) => eventNumber(k));
const batches = Array.from({ length: BATCHES }, (_, n) => allEvents.slice(n * BATCH_SIZE, (n + 1) * BATCH_SIZE));

/** What the API answers once it answers at all: connections are cut and the database is away now and then. */
async function eventually<T>(ask: () => Promise<GraphqlAnswer<T>>): Promise<T> {
  for (const until = Date.now() + LONGEST_OUTAGE_MS; Date.now() < until; ) {
    const answer = await ask().catch(() => undefined); // a cut connection
    if (answer && !answer.errors) return answer.data;
    const codes = (answer?.errors ?? []).map(({ extensions }) => extensions.code);
    if (codes.includes('BAD_USER_INPUT')) throw new Error(answer?.errors?.[0]?.message);
    await delay(RETRY_MS);
  }
  throw new Error(`The server gave no answer for ${LONGEST_OUTAGE_MS} ms.`);
}

/** Sends one batch until it is acknowledged, as a client with retries does. */
async function deliver(tenant: string, events: EventInput[]): Promise<void> {
  const { ingest } = await eventually(() => server.client(tenant).ask(IngestDocument, { events }));
  expect(ingest.accepted + ingest.duplicates).toBe(events.length);
}

/** Streams all batches from several senders and calls `interrupt` each time so many have been acknowledged. */
async function stream(tenant: string, interrupt: () => Promise<void>, after: readonly number[]): Promise<void> {
  const waiting = batches.map((batch, n) => ({ batch, n }));
  const acknowledged: EventInput[] = [];
  let done = 0;
  const sender = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await deliver(tenant, next.batch);
      acknowledged.push(...next.batch);
      done += 1;
      if (!after.includes(done)) continue;
      const before = [...acknowledged];
      await interrupt();
      expect(await missing(() => server.client(tenant), before)).toEqual([]);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
}

/** Of events that were acknowledged, those that the server doesn't know. */
async function missing(clientOf: () => ApiClient, events: readonly EventInput[]): Promise<string[]> {
  const lost: string[] = [];
  for (let at = 0; at < events.length; at += 100) {
    const messageIds = events.slice(at, at + 100).map(({ messageId }) => messageId);
    const { eventsByMessageId } = await eventually(() => clientOf().ask(EventsByMessageIdDocument, { messageIds }));
    lost.push(...messageIds.filter((_, n) => eventsByMessageId[n] === null));
  }
  return lost;
}

async function historyOf(client: ApiClient, id: string): Promise<string[]> {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const answer: {
      profile: {
        events: {
          edges: readonly { node: { messageId: string } }[];
          pageInfo: { hasNextPage: boolean; endCursor: string | null };
        } | null;
      } | null;
    } = await client.data(ProfileEventsDocument, { id, first: 100, after });
    const events = present(answer.profile?.events);
    seen.push(...events.edges.map(({ node }) => node.messageId));
    after = events.pageInfo.hasNextPage ? events.pageInfo.endCursor : null;
  } while (after);
  return seen;
}

/** All that must be the same whatever happened on the way: the people, without ids and times of writing. */
async function peopleOf(tenant: string) {
  const client = server.client(tenant);
  return Promise.all(
    Array.from({ length: PEOPLE }, async (_, person) => {
      const profile = await profileBy(client, byPhone(phoneNumber(person)));
      const ids = await Promise.all(
        [byUser(`fault-${person}`), byOpenId(`fault-open-${person}`)].map((held) => profileBy(client, held)),
      );
      return {
        isOne: ids.every(({ id }) => id === profile.id),
        traits: profile.traits,
        provenance: profile.provenance.map(({ trait, value, rule, alternatives }) => ({
          trait,
          value,
          rule,
          alternatives: alternatives.map((loser) => loser.value),
        })),
        identifiers: profile.identifiers
          .map(({ type, value, firstSeenAt, lastSeenAt }) => [type, value, firstSeenAt, lastSeenAt].join(' '))
          .sort(),
        accounts: profile.channelAccounts?.map(({ channel, externalId, attributes }) => ({
          channel,
          externalId,
          attributes,
        })),
        newest: profile.events?.edges.map(({ node }) => node.messageId),
        history: await historyOf(client, profile.id),
      };
    }),
  );
}

async function expectWhole(tenant: string): Promise<void> {
  expect(await missing(() => server.client(tenant), allEvents)).toEqual([]);
  const [stored, unfinished, living] = await server.withDatabase(async (database) => [
    await database.collection(Event).countDocuments({ tenantId: tenant }),
    await database.collection(Profile).countDocuments({ tenantId: tenant, 'absorbing.0': { $exists: true } } as object),
    await database.collection(Profile).countDocuments({ tenantId: tenant, mergedInto: { $exists: false } } as object),
  ]);
  expect([stored, unfinished, living]).toEqual([allEvents.length, 0, PEOPLE]);
  const people = await peopleOf(tenant);
  expect(people.map(({ isOne }) => isOne)).toEqual(people.map(() => true));
  expect(people.flatMap(({ history }) => history).sort()).toEqual(allEvents.map(({ messageId }) => messageId).sort());
  expect(people).toEqual(await peopleOf('undisturbed'));
}

describe('in the middle of a stream of batches that the client sends again until they are acknowledged', () => {
  beforeAll(async () => {
    await server.createTenant('undisturbed');
    for (const batch of batches) await sendAll(server.client('undisturbed'), batch);
  }, 300_000);

  test('kill -9 of the server loses nothing acknowledged and doubles nothing', async () => {
    await server.createTenant('server-killed');
    const restart = async () => {
      await server.kill();
      await server.start();
    };
    await stream('server-killed', restart, [3, 8, 15]);
    await expectWhole('server-killed');
  }, 600_000);

  test('kill -9 of the database loses nothing acknowledged and doubles nothing', async () => {
    await server.createTenant('database-killed');
    const kill = async () => server.killDatabase();
    await stream('database-killed', kill, [4, 9, 17]);
    await expectWhole('database-killed');
  }, 600_000);
});
