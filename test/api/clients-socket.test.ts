import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { EventIngestedSubscription } from '../../schema/generated/operations.js';
import { clientOf } from '../support/api-client.js';
import {
  byApollo,
  byGraphqlWs,
  byPython,
  byUrql,
  type EventSink,
  type FollowEvents,
  type Following,
} from '../support/event-followers.js';
import { eventually } from '../support/eventually.js';
import { pythonClients } from '../support/python-clients.js';
import { byUser, eventOf, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

const EVENTS = 5;
const python = await pythonClients();
const clients: [string, FollowEvents][] = [
  ['graphql-ws', byGraphqlWs],
  ['@apollo/client', byApollo],
  ['@urql/core', byUrql],
  ...(python ? ([['gql for Python', byPython(python)]] as [string, FollowEvents][]) : []),
];

if (!python) test.skip('gql for Python is told of events as they come, and resumes behind a cursor', () => undefined);

let tenant: string;
beforeAll(async () => {
  tenant = await createTenant('clients-socket');
});

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** What a client has been told. */
class Told implements EventSink {
  readonly messages: EventIngestedSubscription['eventIngested'][] = [];
  fault: unknown;

  take({ eventIngested }: EventIngestedSubscription): void {
    this.messages.push(eventIngested);
  }

  fail(fault: unknown): void {
    this.fault = fault;
  }

  /** The ids of events whose id begins so. */
  idsOf(prefix: string): string[] {
    return this.messages.map(({ event }) => event.messageId).filter((id) => id.startsWith(prefix));
  }
}

function follow(by: FollowEvents, given: Partial<Following> = {}): Told {
  const told = new Told();
  const url = new URL('/graphql', testServer().url.replace(/^http/, 'ws')).href;
  ends.push(by({ url, token: tokenFor(tenant), after: null, ...given }, told));
  return told;
}

const send = (messageIds: readonly string[]) =>
  sendAll(
    clientOf(tenant),
    messageIds.map((messageId) => eventOf({ messageId, identifiers: [byUser('followed')] })),
  );

/** Sends events until the first of them has been told: only then is it sure that following has begun. */
async function begun(told: Told, prefix: string): Promise<void> {
  let sent = 0;
  const attempt = async () => {
    sent += 1;
    await send([`${prefix}-warm-${sent}`]);
    return told.messages.length;
  };
  await eventually(attempt, (messages) => messages > 0);
}

describe.each(clients)('%s', (name, by) => {
  const prefix = name.replaceAll(/\W/g, '-');
  const ids = Array.from({ length: EVENTS }, (_, n) => `${prefix}-event-${n}`);
  const complete = (told: Told, wanted: readonly string[]) =>
    eventually(
      async () => told.idsOf(`${prefix}-event`),
      (seen) => seen.length >= wanted.length,
    );

  test('is told of events as they come, and resumes behind a cursor', async () => {
    const told = follow(by);
    await begun(told, prefix);
    for (const id of ids) await send([id]);
    expect(await complete(told, ids)).toEqual(ids);
    const first = told.messages.find(({ event }) => event.messageId === ids[0]);
    expect(first).toMatchObject({ event: { type: 'TRACK', channel: 'WEB', profile: { id: expect.any(String) } } });

    const resumed = follow(by, { after: first?.cursor ?? '' });
    expect(await complete(resumed, ids.slice(1))).toEqual(ids.slice(1));
  }, 180_000);

  test('is told that its token does not hold, and that a cursor is none', async () => {
    const refused = follow(by, { token: 'x' });
    expect(textOf(await eventually(async () => refused.fault, Boolean))).toContain('4403');
    const misled = follow(by, { after: 'nowhere' });
    expect(textOf(await eventually(async () => misled.fault, Boolean))).toContain('BAD_USER_INPUT');
    expect([...refused.messages, ...misled.messages]).toEqual([]);
  }, 180_000);
});

/** All that a fault says: closing events keep theirs in fields that are no own ones. */
function textOf(fault: unknown): string {
  const { code, message, networkError, cause } = fault as Record<string, unknown>;
  const nested = [networkError, cause].map((one) => (one as { code?: unknown } | undefined)?.code);
  return [JSON.stringify(fault), code, message, ...nested].join(' ');
}
