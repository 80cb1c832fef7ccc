import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import { newestEventFirst } from '../../../src/events/event.rules.js';
import { EventType } from '../../../src/events/event-kinds.js';
import { touchpointOf } from '../../../src/events/touchpoint.rules.js';

describe('a touchpoint', () => {
  test.each<[EventType, string, Channel, string, object?]>([
    [EventType.TRACK, 'Order Completed', Channel.WEB, 'ACTIVE ONLINE HIGH'],
    [EventType.TRACK, 'signed up', Channel.APP, 'ACTIVE ONLINE HIGH'],
    [EventType.TRACK, 'Product Viewed', Channel.STORE, 'ACTIVE OFFLINE MEDIUM'],
    [EventType.PAGE, 'Page Viewed', Channel.WEB, 'ACTIVE ONLINE LOW'],
    [EventType.SCREEN, 'Home', Channel.APP, 'ACTIVE ONLINE LOW'],
    [EventType.TRACK, 'Email Delivered', Channel.CRM, 'PASSIVE ONLINE LOW'],
    [EventType.TRACK, 'Push Notification Received', Channel.APP, 'PASSIVE ONLINE LOW'],
    [EventType.TRACK, 'Emailed a friend', Channel.WEB, 'ACTIVE ONLINE LOW'],
    [EventType.TRACK, 'Order Completed', Channel.ERP, 'ACTIVE OFFLINE HIGH', { storeId: 'sh-3' }],
    [EventType.TRACK, 'Order Completed', Channel.ERP, 'ACTIVE ONLINE HIGH', { storeId: ' ' }],
    [EventType.TRACK, 'Order Completed', Channel.ECOMMERCE, 'ACTIVE ONLINE HIGH', { storeId: 'flagship' }],
  ])('of %s %s in %s is %s', (type, name, channel, expected, properties = {}) => {
    const touch = touchpointOf(type, name, channel, { ...properties });
    expect([touch?.initiative, touch?.place, touch?.valueClass].join(' ')).toBe(expected);
  });

  test.each([EventType.IDENTIFY, EventType.GROUP, EventType.ALIAS])('%s is none', (type) => {
    expect(touchpointOf(type, 'Order Completed', Channel.WEB, {})).toBeNull();
  });
});

test('a history has the newest first, ties by the higher id, in any order', () => {
  const events = [
    ['b', 1],
    ['a', 2],
    ['c', 1],
  ].map(([id, at]) => ({ id: String(id), occurredAt: new Date(Number(at)) }));
  for (const given of [events, [...events].reverse()])
    expect([...given].sort(newestEventFirst).map(({ id }) => id)).toEqual(['a', 'c', 'b']);
});
