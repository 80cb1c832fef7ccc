import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics } from '@segment/analytics-node';
import { EventSender } from '../support/event-sender.js';
import { FlakyProxy, type Trouble } from '../support/flaky-proxy.js';
import { testServer } from '../support/test-server.js';

let sender: EventSender;
let proxy: FlakyProxy;
beforeAll(async () => {
  sender = await EventSender.create('clients-events');
  proxy = await FlakyProxy.before(testServer().url);
});
afterAll(() => proxy.close());

const FUTURE = new Date('2099-01-01T00:00:00Z');

interface Sent {
  readonly messageId: string;
  readonly userId: string;
  readonly event: string;
  readonly originalTimestamp?: Date;
}

/** Sends events in one batch and gives back what the SDK reports as failed. */
type Send = (events: readonly Sent[], key?: string) => Promise<unknown[]>;

const throughSegment: Send = async (events, key = sender.key) => {
  const failures: unknown[] = [];
  const analytics = new Analytics({ writeKey: key, host: proxy.url, maxRetries: 3, flushAt: events.length });
  analytics.on('error', (failure) => failures.push(failure));
  for (const { originalTimestamp: timestamp, ...event } of events)
    analytics.track({ ...event, ...(timestamp && { timestamp }) });
  await analytics.closeAndFlush();
  return failures;
};

const throughRudder: Send = async (events, key = sender.key) => {
  const failures: unknown[] = [];
  const analytics = new RudderAnalytics(key, {
    dataPlaneUrl: proxy.url,
    flushAt: 100,
    logLevel: 'none',
    errorHandler: (error: unknown) => failures.push(error),
  });
  for (const event of events) analytics.track(event as never);
  await analytics.flush().catch((error: unknown) => failures.push(error));
  return failures;
};

/** RudderStack's SDK sends its first event by itself, then the others together. */
const clients: [string, Send, number][] = [
  ['segment', throughSegment, 1],
  ['rudderstack', throughRudder, 2],
];
const troubles: [string, Trouble][] = [
  ['429 with Retry-After', { status: 429, retryAfter: 1 }],
  ['500', { status: 500 }],
  ['503 with Retry-After', { status: 503, retryAfter: 1 }],
  ['a lost answer', 'lost answer'],
];

describe.each(clients)('the SDK of %s for Node', (name, send, batches) => {
  const each = (status: number) => Array.from({ length: batches }, () => status);
  const eventsOf = (person: string) =>
    Array.from({ length: 5 }, (_, n) => ({ messageId: `${person}-${n}`, userId: person, event: 'Product Viewed' }));

  test('delivers a batch, which it may have packed', async () => {
    const events = eventsOf(`${name}-plain`);
    proxy.expect();
    expect(await send(events)).toEqual([]);
    expect(proxy.answered).toEqual(each(200));
    if (name === 'rudderstack') expect(proxy.headers[0]?.['content-encoding']).toBe('gzip');
    expect(await sender.stored(events.map(({ messageId }) => messageId))).toHaveLength(5);
  });

  test.each(troubles)('after %s sends again: nothing is lost or doubled', async (trouble, what) => {
    const person = `${name}-${trouble.replaceAll(' ', '-')}`;
    const events = eventsOf(person);
    proxy.expect(what);
    expect(await send(events)).toEqual([]);
    expect(proxy.answered).toEqual([typeof what === 'string' ? 0 : what.status, ...each(200)]);
    expect(await sender.stored(events.map(({ messageId }) => messageId))).toHaveLength(5);
    expect(await sender.eventsOf(person)).toBe(5);
  });

  test('has the good events of a batch taken, and the bad ones listed', async () => {
    const [good, bad] = eventsOf(`${name}-partly`).map((event) => ({ ...event }));
    if (!good || !bad) throw new Error('There are no events.');
    proxy.expect();
    expect(await send([good, { ...bad, originalTimestamp: FUTURE }])).toEqual([]);
    expect(await sender.stored([good.messageId, bad.messageId])).toEqual([good.messageId]);
    expect(await sender.quarantined()).toContainEqual(['OCCURRED_IN_FUTURE', bad.messageId]);
  });

  test('is told of a key that does not hold, and does not insist', async () => {
    proxy.expect();
    const failures = await send(eventsOf(`${name}-stranger`), `trb_${'x'.repeat(43)}`);
    expect(failures.length).toBeGreaterThan(0);
    expect(proxy.answered).toEqual(each(401));
  });
});
