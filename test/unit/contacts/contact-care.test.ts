import { describe, expect, test } from '@jest/globals';
import { capOf, careOf, longestOf } from '../../../src/contacts/contact-care.js';
import { type ContactStanding, contactPolicyAt, isWantedIn } from '../../../src/contacts/contact-care.rules.js';

const NOON = new Date('2026-05-20T04:00:00Z'); // of Shanghai
const daysBefore = (days: number, at = NOON) => new Date(at.getTime() - days * 86_400_000);

const FREE: ContactStanding = {
  cap: { most: 3, days: 7 },
  contacts: [],
  quietHours: null,
  timeZone: 'Asia/Shanghai',
  consent: { granted: true, reason: 'GRANTED' },
  isWanted: true,
};
const AT_NIGHT = { from: '21:00', to: '09:00' };
const judge = (standing: Partial<ContactStanding>, at = NOON) => contactPolicyAt(at, { ...FREE, ...standing });

describe('the cap', () => {
  test.each([
    ['HIGH_VALUE', { most: 3, days: 7 }],
    ['LOW_VALUE', { most: 1, days: 30 }],
    ['toString', { most: 1, days: 30 }],
    [null, { most: 1, days: 30 }],
  ])('of %s, where the tenant has decided nothing', (tier, cap) => {
    expect(capOf(careOf({}), tier)).toEqual(cap);
  });

  test('is the tenant’s where it has decided', () => {
    const care = careOf({ caps: { GOLD: { most: 9, days: 90 } }, otherwise: { most: 2, days: 10 } });
    expect([capOf(care, 'GOLD').most, capOf(care, 'HIGH_VALUE').most]).toEqual([9, 2]);
    expect(longestOf(care)).toEqual({ most: 9, days: 90 });
  });

  test('is reached by contacts within the window, and free again once the one has left it that takes the last slot', () => {
    const contacts = [daysBefore(1), daysBefore(6), daysBefore(2), daysBefore(7), daysBefore(40)];
    const reached = { cap: 3, windowDays: 7, used: 3, allowed: false, reason: 'CAP_REACHED' };
    expect(judge({ contacts })).toEqual({ ...reached, nextAllowedAt: daysBefore(-1) });
    expect(judge({ contacts: contacts.slice(1) })).toMatchObject({ used: 2, allowed: true, nextAllowedAt: null });
    expect(judge({ contacts }, daysBefore(-1))).toMatchObject({ used: 2, allowed: true });
  });

  test('that is passed, as after a merge, is free once enough have left the window', () => {
    const contacts = [1, 2, 3, 4, 5].map((days) => daysBefore(days));
    expect(judge({ contacts })).toMatchObject({ used: 5, nextAllowedAt: daysBefore(-4) });
  });

  test('of none is for ever', () => {
    const policy = judge({ cap: { most: 0, days: 7 } });
    expect(policy).toMatchObject({ allowed: false, reason: 'CAP_REACHED', nextAllowedAt: null });
  });
});

describe('quiet hours', () => {
  test.each([
    ['2026-05-20T12:59:00Z', null],
    ['2026-05-20T13:00:00Z', '2026-05-21T01:00:00.000Z'],
    ['2026-05-20T16:30:30Z', '2026-05-21T01:00:00.000Z'],
    ['2026-05-21T00:59:59Z', '2026-05-21T01:00:00.000Z'],
    ['2026-05-21T01:00:00Z', null],
  ])('over midnight by the tenant’s clock at %s', (at, until) => {
    const policy = judge({ quietHours: AT_NIGHT }, new Date(at));
    expect(policy.nextAllowedAt?.toISOString() ?? null).toBe(until);
    expect([policy.allowed, policy.reason]).toEqual(until ? [false, 'QUIET_HOURS'] : [true, null]);
  });

  test('within a day', () => {
    const quietHours = { from: '11:30', to: '14:00' };
    expect(judge({ quietHours }).nextAllowedAt?.toISOString()).toBe('2026-05-20T06:00:00.000Z');
    expect(judge({ quietHours }, new Date('2026-05-20T03:29:00Z')).allowed).toBe(true);
  });

  test('end by the clock on the wall where it is changed in between', () => {
    const quietHours = { from: '22:00', to: '08:00' };
    const night = new Date('2026-03-28T22:30:00Z'); // 23:30 in Berlin, whose clocks go forward at 02:00
    const policy = judge({ quietHours, timeZone: 'Europe/Berlin' }, night);
    expect(policy.nextAllowedAt?.toISOString()).toBe('2026-03-29T06:00:00.000Z');
  });

  test('push back the moment at which a slot is free', () => {
    const contacts = [daysBefore(6.5), daysBefore(1), daysBefore(2)]; // the first leaves at midnight
    const policy = judge({ contacts, quietHours: AT_NIGHT });
    expect([policy.reason, policy.nextAllowedAt?.toISOString()]).toEqual(['CAP_REACHED', '2026-05-21T01:00:00.000Z']);
  });
});

describe('what time alone will not change', () => {
  test.each([
    ['RESTRICTED', 'RESTRICTED'],
    ['OBJECTED', 'OBJECTED'],
    ['WITHDRAWN', 'CONSENT_WITHDRAWN'],
    ['UNASKED', 'CONSENT_UNASKED'],
    ['MINOR', 'CONSENT_MINOR'],
  ] as const)('consent that is %s comes first', (reason, said) => {
    const policy = judge({
      consent: { granted: false, reason },
      contacts: [NOON],
      quietHours: AT_NIGHT,
      isWanted: false,
    });
    expect(policy).toMatchObject({ allowed: false, reason: said, nextAllowedAt: null });
  });

  test('a channel that is not wanted', () => {
    expect(judge({ isWanted: false })).toMatchObject({ reason: 'CHANNEL_NOT_WANTED', nextAllowedAt: null });
  });

  test.each([
    [undefined, 'APP', true],
    [null, 'APP', true],
    ['', 'APP', true],
    [7, 'APP', true],
    ['APP', 'APP', true],
    [' app ', 'APP', true],
    ['WECOM', 'APP', false],
    [['WECOM', 'APP'], 'APP', true],
    [['WECOM', 3], 'APP', false],
    [[], 'APP', true],
    ['WECOM', null, true],
  ])('a preference of %j, in %s', (preference, channel, wanted) => {
    expect(isWantedIn(preference, channel)).toBe(wanted);
  });
});
