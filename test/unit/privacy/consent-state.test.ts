import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import type { ConsentFact } from '../../../src/privacy/consent-fact.js';
import { lastWordsOf } from '../../../src/privacy/consent-fold.rules.js';
import { ConsentPurpose } from '../../../src/privacy/consent-purpose.js';
import { type ConsentQuestion, consentState, saidTo } from '../../../src/privacy/consent-state.rules.js';
import { majorityOf } from '../../../src/privacy/minority.rules.js';
import { day, kept, said, withdrawn } from '../../support/consent-facts.js';

const SETTINGS = { timeZone: 'Asia/Shanghai', consentDefaults: {} };
const { MARKETING, ANALYTICS, SERVICE, PARTNER_SHARING, PERSONALISATION } = ConsentPurpose;

interface Asked {
  readonly at?: Date;
  readonly birthday?: string | null;
  readonly question?: Partial<ConsentQuestion>;
  readonly consentDefaults?: Partial<Record<ConsentPurpose, boolean>>;
}

function stateOf(facts: readonly ConsentFact[], asked: Asked = {}) {
  const { at = day(10), birthday = null, question = {}, consentDefaults = {} } = asked;
  const subject = { consents: lastWordsOf(facts), traits: { birthday } };
  return consentState(subject, { purpose: MARKETING, ...question }, at, { ...SETTINGS, consentDefaults });
}

const both = ['a', 'b'];

describe('one account', () => {
  test.each<[string, ConsentFact[], boolean, string]>([
    ['nothing said', [], false, 'UNASKED'],
    ['granted', [said()], true, 'GRANTED'],
    ['withdrawn', [withdrawn()], false, 'WITHDRAWN'],
    ['granted, then withdrawn', [said(), withdrawn({ at: day(2) })], false, 'WITHDRAWN'],
    ['withdrawn, then granted', [withdrawn(), said({ at: day(2) })], true, 'GRANTED'],
    ['both at once: the stricter', [said(), withdrawn()], false, 'WITHDRAWN'],
    ['granted until later', [said({ expiresAt: day(11) })], true, 'GRANTED'],
    ['granted until now', [said({ expiresAt: day(10) })], false, 'EXPIRED'],
    ['granted for good, then for a while', [said(), said({ at: day(2), expiresAt: day(9) })], false, 'EXPIRED'],
    ['another purpose', [said({ purpose: ANALYTICS })], false, 'UNASKED'],
  ])('%s', (_, facts, granted, reason) => {
    for (const order of [facts, [...facts].reverse()]) expect(stateOf(order)).toMatchObject({ granted, reason });
  });

  test('SERVICE holds whatever was said', () => {
    const question = { purpose: SERVICE };
    expect(stateOf([withdrawn({ purpose: SERVICE })], { question })).toMatchObject({
      granted: true,
      reason: 'SERVICE',
    });
  });

  test('says when a grant runs out', () => {
    expect(stateOf([said({ expiresAt: day(12) })]).until).toEqual(day(12));
    expect(stateOf([said()]).until).toBeNull();
  });
});

describe('several accounts: the strictest', () => {
  test.each<[string, ConsentFact[], boolean, string]>([
    [
      'one withdrew before the other granted',
      [withdrawn(), said({ accountIds: ['b'], at: day(5) })],
      false,
      'WITHDRAWN',
    ],
    [
      'one granted before the other withdrew',
      [said(), withdrawn({ accountIds: ['b'], at: day(5) })],
      false,
      'WITHDRAWN',
    ],
    ['one granted, the other said nothing', [said()], true, 'GRANTED'],
    ['both granted, one until yesterday', [said(), said({ accountIds: ['b'], expiresAt: day(9) })], true, 'GRANTED'],
    [
      'withdrawn as one, granted as one later',
      [withdrawn({ accountIds: both }), said({ accountIds: both, at: day(2) })],
      true,
      'GRANTED',
    ],
    [
      'granted as one, withdrawn by one later',
      [said({ accountIds: both }), withdrawn({ accountIds: ['b'], at: day(2) })],
      false,
      'WITHDRAWN',
    ],
    [
      'withdrawn by one, granted as one',
      [withdrawn({ accountIds: ['b'] }), said({ accountIds: both, at: day(2) })],
      true,
      'GRANTED',
    ],
  ])('%s', (_, facts, granted, reason) => {
    for (const order of [facts, [...facts].reverse()]) expect(stateOf(order)).toMatchObject({ granted, reason });
  });

  test("of a grant that was said of several accounts, only its anchor's word is its own", () => {
    const earlier = said({ accountIds: both });
    const later = said({ accountIds: ['a'], at: day(2), expiresAt: day(3) });
    expect(stateOf([earlier, later])).toMatchObject({ granted: false, reason: 'EXPIRED' });
  });
});

describe('channels', () => {
  const web = { channel: Channel.WEB };
  test.each<[string, ConsentFact[], Channel | null, boolean]>([
    ['granted in all, asked for one', [said()], Channel.WEB, true],
    ['granted in one, asked for it', [said(web)], Channel.WEB, true],
    ['granted in one, asked for another', [said(web)], Channel.CRM, false],
    ['granted in one, asked for any', [said(web)], null, true],
    ['withdrawn in one, asked for it', [said(), withdrawn({ ...web, at: day(2) })], Channel.WEB, false],
    ['withdrawn in one, asked for another', [said(), withdrawn({ ...web, at: day(2) })], Channel.CRM, true],
    ['withdrawn in one, asked for any', [said(), withdrawn({ ...web, at: day(2) })], null, true],
    ['withdrawn in all after a grant in one', [said(web), withdrawn({ at: day(2) })], Channel.WEB, false],
    ['withdrawn in all, asked for any', [said(web), withdrawn({ at: day(2) })], null, false],
    ['granted in one after withdrawn in all', [withdrawn(), said({ ...web, at: day(2) })], Channel.WEB, true],
  ])('%s', (_, facts, channel, granted) => {
    expect(stateOf(facts, { question: { channel } }).granted).toBe(granted);
  });
});

describe('defaults of the tenant', () => {
  const consentDefaults = { ANALYTICS: true, PARTNER_SHARING: true };
  test.each<[string, ConsentPurpose, ConsentFact[], string | null, boolean, string]>([
    ['hold for who was not asked', ANALYTICS, [], null, true, 'UNASKED'],
    ['and for no other purpose', PERSONALISATION, [], null, false, 'UNASKED'],
    ['nor where somebody refused', ANALYTICS, [withdrawn({ purpose: ANALYTICS })], null, false, 'WITHDRAWN'],
    [
      'nor after a grant has run out',
      ANALYTICS,
      [said({ purpose: ANALYTICS, expiresAt: day(9) })],
      null,
      false,
      'EXPIRED',
    ],
    ['nor for a child', ANALYTICS, [], '2015-03-01', false, 'MINOR'],
    ['nor ever for partners', PARTNER_SHARING, [], null, false, 'UNASKED'],
  ])('%s', (_, purpose, facts, birthday, granted, reason) => {
    const state = stateOf(facts, { question: { purpose }, birthday, consentDefaults });
    expect(state).toMatchObject({ granted, reason });
  });
});

describe('children', () => {
  /** 14 on day 9 of the test. */
  const birthday = '2012-03-10';
  const majority = new Date('2026-03-09T16:00:00Z');
  const guarded = said({ isGuarded: true, at: day(1) });

  test.each<[string, string, string | undefined]>([
    ['2012-03-10', 'Asia/Shanghai', '2026-03-09T16:00:00.000Z'],
    ['2012-03-10', 'America/New_York', '2026-03-10T04:00:00.000Z'],
    ['2012-02-29', 'UTC', '2026-03-01T00:00:00.000Z'],
    ['1999-12-31', 'UTC', '2013-12-31T00:00:00.000Z'],
    ['****-**-**', 'UTC', undefined],
  ])('born %s in %s come of age at %s', (born, zone, expected) => {
    expect(majorityOf(born, zone)?.toISOString()).toBe(expected);
  });

  test.each<[string, ConsentFact[], Date, boolean, string]>([
    [
      'alone, a moment before the 14th birthday',
      [said({ at: new Date(majority.getTime() - 1) })],
      day(20),
      false,
      'UNASKED',
    ],
    ['alone, from the 14th birthday on', [said({ at: majority })], majority, true, 'GRANTED'],
    ['with a guardian', [guarded], day(2), true, 'GRANTED'],
    ['with a guardian, also when they are older', [guarded], day(20), true, 'GRANTED'],
    ['alone, while a child', [said()], day(2), false, 'MINOR'],
    ['alone, after the guardian', [guarded, said({ at: day(2) })], day(3), true, 'GRANTED'],
    ['withdrawn by the child alone', [guarded, withdrawn({ at: day(2) })], day(3), false, 'WITHDRAWN'],
    [
      'withdrawn by the guardian, granted by the child',
      [guarded, withdrawn({ isGuarded: true, at: day(2) }), said({ at: day(3) })],
      day(4),
      false,
      'WITHDRAWN',
    ],
  ])('granted %s', (_, facts, at, granted, reason) => {
    for (const order of [facts, [...facts].reverse()]) {
      expect(stateOf(order, { at, birthday })).toMatchObject({ granted, reason });
    }
  });

  test('whose birthday is unknown are taken for grown', () => {
    expect(stateOf([said()]).granted).toBe(true);
  });
});

describe('partners', () => {
  const question = { purpose: PARTNER_SHARING, partner: 'Lumen' };
  const shared = (
    partner: string | null,
    more: Partial<ConsentFact> = {},
    fields: string[] | null = null,
    until: Date | null = null,
  ) => said({ purpose: PARTNER_SHARING, grant: partner === null ? null : { partner, fields, until }, ...more });
  const revoked = (partner: string | null) => shared(partner, { granted: false, at: day(2) });
  test.each<[string, ConsentFact[], boolean, readonly string[] | null]>([
    ['nothing said', [], false, null],
    ['shared with all', [shared(null)], true, null],
    ['shared with this one', [shared('Lumen')], true, null],
    ['shared with another', [shared('Other')], false, null],
    ['fields', [shared('Lumen', {}, ['traits.city'])], true, ['traits.city']],
    [
      'fields, over all that is shared with all',
      [shared(null), shared('Lumen', { at: day(2) }, ['events'])],
      true,
      ['events'],
    ],
    [
      'fields of two accounts: what both share',
      [shared('Lumen', {}, ['events', 'tags']), shared('Lumen', { accountIds: ['b'] }, ['tags', 'rfm'])],
      true,
      ['tags'],
    ],
    ['until yesterday', [shared('Lumen', {}, null, day(9))], false, null],
    ['revoked', [shared('Lumen'), revoked('Lumen')], false, null],
    ['another revoked', [shared(null), revoked('Other')], true, null],
    ['this one revoked, of all', [shared(null), revoked('Lumen')], false, null],
    ['all revoked', [shared('Lumen'), revoked(null)], false, null],
  ])('%s', (_, facts, granted, fields) => {
    expect(stateOf(facts, { question })).toMatchObject({ granted, fields });
  });
});

test('more than can be weighed grants nothing beyond SERVICE', () => {
  const consents = { ...kept(said()), leftOut: true };
  const subject = { consents, traits: { birthday: null } };
  const state = consentState(subject, { purpose: MARKETING }, day(10), SETTINGS);
  expect(state).toMatchObject({ granted: false, reason: 'TOO_MANY' });
  expect(consentState(subject, { purpose: SERVICE }, day(10), SETTINGS).granted).toBe(true);
});

test('what was last said is told by purpose, channel and partner; of several accounts the withdrawal', () => {
  const facts = [
    said({ purpose: PARTNER_SHARING, grant: { partner: 'Lumen', fields: null, until: null } }),
    said({ channel: Channel.WEB }),
    withdrawn(),
    said({ accountIds: ['b'], at: day(3) }),
    said({ purpose: ANALYTICS }),
    withdrawn({ purpose: ANALYTICS, at: day(2) }),
  ];
  const told = saidTo(kept(...facts)).map(({ purpose, channel, granted }) => [purpose, channel, granted]);
  expect(told).toEqual([
    [ANALYTICS, null, false],
    [MARKETING, Channel.WEB, true],
    [MARKETING, null, false],
    [PARTNER_SHARING, null, true],
  ]);
});
