import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import { newestEventFirst } from '../../../src/events/event.rules.js';
import { EventType } from '../../../src/events/event-kinds.js';
import { campaignOf, touchpointOf, trafficSourceOf } from '../../../src/events/touchpoint.rules.js';

describe('a touchpoint', () => {
  test.each<[EventType, string, Channel, string]>([
    [EventType.TRACK, 'Order Completed', Channel.WEB, 'ACTIVE ONLINE HIGH'],
    [EventType.TRACK, 'signed up', Channel.APP, 'ACTIVE ONLINE HIGH'],
    [EventType.TRACK, 'Product Viewed', Channel.STORE, 'ACTIVE OFFLINE MEDIUM'],
    [EventType.PAGE, 'Page Viewed', Channel.WEB, 'ACTIVE ONLINE LOW'],
    [EventType.SCREEN, 'Home', Channel.APP, 'ACTIVE ONLINE LOW'],
    [EventType.TRACK, 'Email Delivered', Channel.CRM, 'PASSIVE ONLINE LOW'],
    [EventType.TRACK, 'Push Notification Received', Channel.APP, 'PASSIVE ONLINE LOW'],
    [EventType.TRACK, 'Emailed a friend', Channel.WEB, 'ACTIVE ONLINE LOW'],
  ])('of %s %s in %s is %s', (type, name, channel, expected) => {
    const touch = touchpointOf(type, name, channel);
    expect([touch?.initiative, touch?.place, touch?.valueClass].join(' ')).toBe(expected);
  });

  test.each([EventType.IDENTIFY, EventType.GROUP, EventType.ALIAS])('%s is none', (type) => {
    expect(touchpointOf(type, 'Order Completed', Channel.WEB)).toBeNull();
  });
});

describe('what brought the customer', () => {
  test.each<[string, object, object, Channel, string]>([
    ['a paid medium', { campaign: { medium: 'cpc' } }, {}, Channel.WEB, 'PAID'],
    ['a social medium', { campaign: { medium: 'paid-social'.slice(5) } }, {}, Channel.WEB, 'SOCIAL'],
    ['a partner', { campaign: { medium: 'affiliate' } }, {}, Channel.WEB, 'PARTNER'],
    [
      'a medium before a referrer',
      { campaign: { medium: 'cpc' }, page: { referrer: 'https://www.baidu.com/s' } },
      {},
      Channel.WEB,
      'PAID',
    ],
    ['a search engine', { page: { referrer: 'https://www.baidu.com/s?wd=x' } }, {}, Channel.WEB, 'SEARCH'],
    ['a social network', { page: { referrer: 'https://weibo.com/x' } }, {}, Channel.WEB, 'SOCIAL'],
    ['another site', { page: { referrer: 'https://blog.example.org/' } }, {}, Channel.WEB, 'NATURAL'],
    ['a host that only ends alike', { page: { referrer: 'https://notbaidu.com/' } }, {}, Channel.WEB, 'NATURAL'],
    ['a referrer among the properties', {}, { referrer: 'https://www.bing.com/' }, Channel.WEB, 'SEARCH'],
    ['a referrer that is no address', { page: { referrer: 'baidu' } }, {}, Channel.WEB, 'DIRECT'],
    ['a referrer that is no text', { page: { referrer: 7 } }, {}, Channel.WEB, 'DIRECT'],
    ['the channel', {}, {}, Channel.STORE, 'OFFLINE'],
    ['an unknown medium', { campaign: { medium: 'owl' } }, {}, Channel.SEARCH, 'SEARCH'],
    ['nothing', {}, {}, Channel.WEB, 'DIRECT'],
    ['a campaign that is text', { campaign: 'cpc' }, {}, Channel.WEB, 'DIRECT'],
  ])('%s', (_, context, properties, channel, source) => {
    expect(trafficSourceOf(context, { ...properties }, channel)).toBe(source);
  });

  test.each([
    [{ campaign: { name: 'a' } }, { name: 'a' }],
    [{ campaign: [] }, null],
    [{ campaign: 'a' }, null],
    [{}, null],
  ])('the campaign of %j is %j', (context, campaign) => {
    expect(campaignOf(context)).toEqual(campaign);
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
