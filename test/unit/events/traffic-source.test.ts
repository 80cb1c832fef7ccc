import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import { TrafficSource } from '../../../src/events/event-kinds.js';
import { campaignOf, trafficSourceOf } from '../../../src/events/traffic-source.rules.js';
import { trafficTables } from '../../../src/events/traffic-tables.js';
import { WECHAT_SCENES } from '../../../src/events/wechat-scenes.js';

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
    ['a site of any country', { page: { referrer: 'https://www.google.co.uk/' } }, {}, Channel.WEB, 'SEARCH'],
    [
      'a site that only begins alike',
      { page: { referrer: 'https://google.example.org/' } },
      {},
      Channel.WEB,
      'NATURAL',
    ],
    ['the longest site that fits', { page: { referrer: 'https://mp.weixin.qq.com/s/x' } }, {}, Channel.WEB, 'CONTENT'],
    [
      'the same site',
      { page: { referrer: 'https://shop.example.com/a', url: 'https://shop.example.com/b' } },
      {},
      Channel.WEB,
      'DIRECT',
    ],
    ['UTM in the address', { page: { url: 'https://a.cn/?utm_medium=CPC' } }, {}, Channel.WEB, 'PAID'],
    ['UTM in its search', { page: { search: '?utm_source=weibo&utm_medium=owl' } }, {}, Channel.WEB, 'SOCIAL'],
    ['a click on an advertisement', { page: { url: 'https://a.cn/?bd_vid=9' } }, {}, Channel.WEB, 'PAID'],
    ['a medium without a price', { campaign: { medium: 'organic' } }, {}, Channel.WEB, 'SEARCH'],
    ['a medium that is social somewhere', { campaign: { medium: 'org-social' } }, {}, Channel.WEB, 'SOCIAL'],
    ['a message of the company', { campaign: { medium: 'SMS' } }, {}, Channel.WEB, 'NATURAL'],
    ['an invitation', { campaign: { medium: 'invite-2026' } }, {}, Channel.WEB, 'WORD_OF_MOUTH'],
    ['a referral code', {}, { referralCode: 'K7' }, Channel.APP, 'WORD_OF_MOUTH'],
    ['a card in a chat', {}, { scene: 1007 }, Channel.MINI_PROGRAM, 'WORD_OF_MOUTH'],
    ['a scanned mini-program code', {}, { scene: '1047' }, Channel.MINI_PROGRAM, 'OFFLINE'],
    ['an advertisement in moments', { scene: 1045 }, {}, Channel.MINI_PROGRAM, 'PAID'],
    ['the search of WeChat', {}, { scene: 1053 }, Channel.MINI_PROGRAM, 'SEARCH'],
    ['an article', {}, { scene: 1058 }, Channel.MINI_PROGRAM, 'CONTENT'],
    ['another mini-program', {}, { scene: 1037 }, Channel.MINI_PROGRAM, 'PARTNER'],
    ['the list of own mini-programs', {}, { scene: 1104 }, Channel.MINI_PROGRAM, 'DIRECT'],
    ['a menu of the official account', {}, { scene: 1035 }, Channel.MINI_PROGRAM, 'NATURAL'],
    ['a single page from moments', {}, { scene: 1155 }, Channel.MINI_PROGRAM, 'SOCIAL'],
    ['a scene nobody knows', {}, { scene: 9999 }, Channel.MINI_PROGRAM, 'DIRECT'],
    ['a scene outside WeChat', {}, { scene: 1007 }, Channel.IOT, 'DIRECT'],
    [
      'how somebody came to follow',
      {},
      { subscribe_scene: 'ADD_SCENE_SEARCH' },
      Channel.WECHAT_OFFICIAL_ACCOUNT,
      'SEARCH',
    ],
    ['a QR code', {}, { qrScene: 'table-4' }, Channel.WECHAT_OFFICIAL_ACCOUNT, 'OFFLINE'],
    ['a QR code in a message', {}, { EventKey: 'qrscene_t4' }, Channel.WECHAT_OFFICIAL_ACCOUNT, 'OFFLINE'],
    ['no QR code', {}, { qr_scene: 0, qr_scene_str: '' }, Channel.WECHAT_OFFICIAL_ACCOUNT, 'DIRECT'],
    ['a store', {}, { store_id: 12 }, Channel.ERP, 'OFFLINE'],
    ["a shop's own number", {}, { store_id: 12 }, Channel.ECOMMERCE, 'DIRECT'],
    ['the channel', {}, {}, Channel.STORE, 'OFFLINE'],
    ['an unknown medium', { campaign: { medium: 'owl' } }, {}, Channel.SEARCH, 'SEARCH'],
    ['nothing', {}, {}, Channel.WEB, 'DIRECT'],
    ['a campaign that is text', { campaign: 'cpc' }, {}, Channel.WEB, 'DIRECT'],
  ])('%s', (_, context, properties, channel, source) => {
    expect(trafficSourceOf(context, { ...properties }, channel, trafficTables({}))).toBe(source);
  });

  test.each([
    [{ campaign: { name: 'a' } }, { name: 'a' }],
    [{ campaign: [] }, null],
    [{ campaign: 'a' }, null],
    [{}, null],
    [{ page: { url: 'https://a.cn/?utm_campaign=spring&utm_source=x&q=1' } }, { name: 'spring', source: 'x' }],
    [{ page: { url: 'https://a.cn/?q=1' } }, null],
    [{ page: { url: 'https://a.cn/?utm_source=a&utm_source=b' } }, { source: 'a' }],
    [{ page: 'utm_source=a' }, null],
  ])('the campaign of %j is %j', (context, campaign) => {
    expect(campaignOf(context)).toEqual(campaign);
  });
});

describe('what a tenant adds', () => {
  const tables = trafficTables({
    scenes: { 1047: TrafficSource.PARTNER, 2001: TrafficSource.SOCIAL },
    qrScenes: { 'kol-*': TrafficSource.CONTENT, 'kol-9': TrafficSource.PAID },
    sites: { 'Partner.example': TrafficSource.PARTNER, 'blog.partner.example': TrafficSource.CONTENT },
    mediums: { cpc: TrafficSource.SEARCH, 'owl*': TrafficSource.OFFLINE },
  });
  const { MINI_PROGRAM, WEB } = Channel;

  test.each<[string, object, object, Channel, string]>([
    ['replaces a scene', {}, { scene: 1047 }, MINI_PROGRAM, 'PARTNER'],
    ['knows a new scene', {}, { scene: 2001 }, MINI_PROGRAM, 'SOCIAL'],
    ['leaves the others', {}, { scene: 1045 }, MINI_PROGRAM, 'PAID'],
    [
      'knows the beginning of QR scenes, before the scene value',
      {},
      { qrScene: 'KOL-3', scene: 1011 },
      MINI_PROGRAM,
      'CONTENT',
    ],
    ['knows one QR scene before its beginning', {}, { qrScene: 'kol-9' }, MINI_PROGRAM, 'PAID'],
    ['knows a site and what is below it', { page: { referrer: 'https://a.partner.example/x' } }, {}, WEB, 'PARTNER'],
    ['knows the longer site', { page: { referrer: 'https://blog.partner.example/x' } }, {}, WEB, 'CONTENT'],
    ['replaces a medium', { campaign: { medium: 'CPC' } }, {}, WEB, 'SEARCH'],
    ['knows the beginning of a medium', { campaign: { medium: 'owl-night' } }, {}, WEB, 'OFFLINE'],
  ])('%s', (_, context, properties, channel, source) => {
    expect(trafficSourceOf(context, { ...properties }, channel, tables)).toBe(source);
  });
});

test('no scene value stands twice, and every source is told by some of them', () => {
  const numbers = [...WECHAT_SCENES].filter(([scene]) => /^\d+$/.test(scene));
  expect(numbers.length).toBe(82);
  expect(new Set(WECHAT_SCENES.values())).toEqual(new Set(Object.values(TrafficSource)));
});
