import { describe, expect, test } from '@jest/globals';
import { expired, given, givenBack, type Planned, taken, takenBack } from '../../../src/loyalty/posting.rules.js';
import { emptyWallet, type Lot, type Wallet } from '../../../src/loyalty/wallet.js';

const NOW = new Date('2026-05-01T00:00:00Z');
const SOON = new Date('2026-06-01T00:00:00Z');
const LATER = new Date('2026-07-01T00:00:00Z');
const lot = (points: number, expiresAt: Date | null = null): Lot => ({ points, expiresAt });
const walletOf = (accountId: string, ...lots: Lot[]): Wallet => ({ ...emptyWallet(accountId), position: 3, lots });

/** An entry in short: its lines, and each wallet's points. */
function shortOf(planned: Planned | undefined) {
  const lines = Object.fromEntries((planned?.lines ?? []).map(({ account, points }) => [account, points]));
  const wallets = (planned?.wallets ?? []).map(({ accountId, lots }) => [accountId, lots.map(({ points }) => points)]);
  return { lines, wallets: Object.fromEntries(wallets) };
}

const redeem = { into: 'redeemed', at: NOW } as const;

describe('an entry', () => {
  test('that gives comes out of what is issued, and counts for a level or not', () => {
    const planned = given([walletOf('a', lot(5))], 'a', lot(7), { from: 'issued', counts: true });
    expect(shortOf(planned)).toEqual({ lines: { a: 7, issued: -7 }, wallets: { a: [12] } });
    expect(planned.wallets[0]).toMatchObject({ earned: 7, position: 4 });
    const adjusted = given([], 'a', lot(7, SOON), { from: 'adjusted', counts: false });
    expect(adjusted.wallets[0]).toMatchObject({ earned: 0, position: 1, lots: [lot(7, SOON)] });
  });

  test('that takes begins with what ends first, then with the own, and never takes what is not there', () => {
    const wallets = [walletOf('b', lot(10), lot(4, LATER)), walletOf('a', lot(3, SOON), lot(10))];
    const planned = taken(wallets, 'a', 12, redeem);
    expect(shortOf(planned)).toEqual({ lines: { a: -8, b: -4, redeemed: 12 }, wallets: { a: [5], b: [10] } });
    expect(planned?.wallets.find(({ accountId }) => accountId === 'b')?.lent).toEqual([
      { points: 4, expiresAt: LATER, to: 'a' },
    ]);
    expect(taken(wallets, 'a', 28, redeem)).toBeUndefined();
    expect(taken([walletOf('a', lot(9, NOW))], 'a', 1, redeem)).toBeUndefined();
  });

  test('that takes back leaves nothing below 0: the company bears what was spent', () => {
    const planned = takenBack([{ ...walletOf('a', lot(30)), earned: 100 }], 'a', 100, NOW);
    expect(shortOf(planned)).toEqual({ lines: { a: -30, liability: -70, issued: 100 }, wallets: { a: [] } });
    expect(planned).toMatchObject({ flagged: true, wallets: [{ earned: 0, owed: 70 }] });
    expect(takenBack([walletOf('a', lot(30))], 'a', 30, NOW).flagged).toBe(false);
  });

  test('lets points go at the moment they end, not before', () => {
    const wallet = walletOf('a', lot(5, NOW), lot(6, SOON), lot(7));
    expect(shortOf(expired([wallet], 'a', NOW))).toEqual({ lines: { a: -5, expired: 5 }, wallets: { a: [6, 7] } });
    expect(expired([wallet], 'a', new Date(NOW.getTime() - 1))).toBeUndefined();
  });

  test.each([
    ['all of it', 50, { a: 20, b: -20 }, { owed: 0, lots: [lot(30)] }, false],
    ['what is there', 15, { a: 20, b: -15, liability: -5 }, { owed: 5, lots: [] }, true],
    ['nothing', 0, { a: 20, liability: -20 }, { owed: 20, lots: [] }, true],
  ])('that gives back takes %s of the other', (_, theirs, lines, left, flagged) => {
    const lent = [
      { to: 'b', ...lot(12, SOON) },
      { to: 'b', ...lot(8) },
      { to: 'c', ...lot(1) },
    ];
    const planned = givenBack(
      { ...walletOf('a', lot(1)), lent },
      'b',
      [walletOf('b', ...(theirs ? [lot(theirs)] : []))],
      NOW,
    );
    expect(shortOf(planned).lines).toEqual(lines);
    expect(planned?.wallets.find(({ accountId }) => accountId === 'a')).toMatchObject({
      lots: [lot(12, SOON), lot(9)],
      lent: [{ to: 'c', ...lot(1) }],
    });
    expect(planned?.wallets.find(({ accountId }) => accountId === 'b')).toMatchObject(left);
    expect(planned?.flagged).toBe(flagged);
  });

  test('gives nothing back where nothing is lent', () => {
    expect(givenBack(walletOf('a', lot(1)), 'b', [walletOf('b', lot(9))], NOW)).toBeUndefined();
  });
});
