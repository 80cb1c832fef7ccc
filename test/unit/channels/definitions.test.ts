import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import {
  attributeNamed,
  attributeProtection,
  attributeSpec,
  CHANNELS,
  channelOfAccountId,
  definitionOf,
} from '../../../src/channels/channel-definitions.js';
import { IdentifierType } from '../../../src/channels/identifier-type.js';
import { encodeUlid } from '../../../src/platform/ids.js';

describe('the 13 channels', () => {
  test('have a number and a type each of their own', () => {
    expect(CHANNELS).toHaveLength(13);
    expect(new Set(CHANNELS.map((channel) => definitionOf(channel).number)).size).toBe(13);
    expect(new Set(CHANNELS.map((channel) => definitionOf(channel).typeName)).size).toBe(13);
  });

  test.each(CHANNELS)('%s names identifiers that exist, a priority, and own attributes for its traits', (channel) => {
    const { identifiers, priority, traits, attributes } = definitionOf(channel);
    expect(identifiers.every(({ type }) => type in IdentifierType)).toBe(true);
    expect(priority >= 0 && priority <= 100).toBe(true);
    for (const own of Object.values(traits)) expect(attributes).toHaveProperty(own);
  });

  test.each(CHANNELS)('%s is told by the id of its accounts', (channel) => {
    const id = encodeUlid(Buffer.from([definitionOf(channel).number, ...Array(15).fill(1)]));
    expect(channelOfAccountId(`acc_${id}`)).toBe(channel);
    expect(channelOfAccountId(`prf_${id}`)).toBeUndefined();
  });

  test('no other id tells one', () => {
    const unknown = encodeUlid(Buffer.from([99, ...Array(15).fill(1)]));
    expect([channelOfAccountId(`acc_${unknown}`), channelOfAccountId('acc_x'), channelOfAccountId('')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('names of attributes', () => {
  test.each<[Channel, string, string | undefined]>([
    [Channel.WEB, 'phone', 'phone'],
    [Channel.WEB, 'mobile', 'phone'],
    [Channel.WEB, 'phone_number', 'phone'],
    [Channel.WEB, '手机号', 'phone'],
    [Channel.WEB, 'birth_date', 'birthday'],
    [Channel.WEB, 'passport', 'governmentId'],
    [Channel.WEB, 'landing_page', 'landingPage'],
    [Channel.CRM, 'landing_page', undefined],
    [Channel.ECOMMERCE, '收货人', 'receiverName'],
    [Channel.WEB, 'taste', undefined],
    [Channel.WEB, 'constructor', undefined],
    [Channel.WEB, '__proto__', undefined],
  ])('in %s %s means %s', (channel, name, attribute) => {
    expect(attributeNamed(channel, name)).toBe(attribute);
  });

  test('tell kind and class', () => {
    expect(attributeSpec(Channel.ECOMMERCE, 'orderTotal')?.kind).toBe('money');
    expect(attributeProtection(Channel.ECOMMERCE, 'orderTotal')).toEqual({ sensitivity: 'IMPORTANT', mask: 'hidden' });
    expect(attributeProtection(Channel.WEB, 'phone')).toEqual({ sensitivity: 'CORE', mask: 'phone' });
    expect(attributeProtection(Channel.WEB, 'browser')).toBeUndefined();
    expect(attributeSpec(Channel.WEB, 'orderTotal')).toBeUndefined();
  });
});
