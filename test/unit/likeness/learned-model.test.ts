import { describe, expect, test } from '@jest/globals';
import { judgeOfAccounts } from '../../../src/likeness/account-judge.js';
import { explainAccounts, preparedAccount } from '../../../src/likeness/account-pairs.js';
import { GREATEST_SAMPLE, sampleOf } from '../../../src/likeness/account-sample.rules.js';
import { ACCOUNT_SCHEMA } from '../../../src/likeness/account-schema.js';
import { fittedTo, requireMatches, requireNames, shownModel } from '../../../src/likeness/learned-model.rules.js';
import type { MatchModel } from '../../../src/matching/match-model.js';
import { hashedUlid } from '../../../src/platform/ids.js';
import { accountModel } from '../../support/account-model.js';

const MODEL: MatchModel = {
  version: 1,
  records: 1_001,
  match: 0.001,
  household: 0,
  fields: [
    {
      field: 'name',
      levels: [
        { level: 'exact', match: 0.8, random: 0.1, household: 0.1 },
        { level: 'different', match: 0.2, random: 0.9, household: 0.9 },
      ],
      frequencies: { total: 900, agreement: 0.01, counts: { 王伟: 9 }, least: 1 },
      defaults: ['1970-01-01'],
    },
    {
      field: 'gender',
      levels: [{ level: 'exact', match: 1, random: 0.5, household: 0.5 }],
      frequencies: null,
      defaults: [],
    },
  ],
};

describe('which accounts are learned from', () => {
  const idOf = (at: number) => `acc_${hashedUlid('account', String(at))}`;
  const ids = Array.from({ length: 20_000 }, (_, at) => idOf(at));

  test('all, up to 200,000', () => {
    expect(ids.every(sampleOf(GREATEST_SAMPLE))).toBe(true);
  });

  test('then a share that comes to somewhat less, always the same ones', () => {
    const kept = ids.filter(sampleOf(1_950_000));
    expect(Math.abs(kept.length - 2_000)).toBeLessThan(200); // about five standard deviations
    expect(ids.filter(sampleOf(1_950_000))).toEqual(kept);
    const among = new Set(ids.filter(sampleOf(400_000)));
    expect(kept.every((id) => among.has(id))).toBe(true);
  });

  test('not those whose ids come first', () => {
    const sorted = [...ids].sort();
    const firstHalf = sorted.slice(0, 10_000).filter(sampleOf(400_000)).length;
    expect(Math.abs(firstHalf - 4_875)).toBeLessThan(250);
  });
});

describe('what is too little to learn from', () => {
  test('fewer than a hundred names', () => {
    expect(() => requireNames(100)).not.toThrow();
    expect(() => requireNames(99)).toThrow(
      expect.objectContaining({
        code: 'CONFLICT',
        message: 'Too few accounts to learn from: 99 state a name, and it takes 100.',
      }),
    );
  });

  test.each([
    [
      'fewer than ten pairs',
      9.9 / 500_500,
      "Too few to learn from; pairs of accounts that seem to be one person's: 9, and it takes 10.",
    ],
    ['a quarter of all', 0.26, 'The accounts are too much alike to learn from.'],
  ])('%s', (_, match, message) => {
    expect(() => requireMatches({ ...MODEL, match })).toThrow(expect.objectContaining({ code: 'CONFLICT', message }));
  });

  test('ten pairs are enough', () => {
    expect(() => requireMatches({ ...MODEL, match: 10.1 / 500_500 })).not.toThrow();
  });
});

test('of a model the levels are shown with their weights in bits, and no value', () => {
  expect(shownModel(MODEL)).toEqual({
    match: 0.001,
    fields: [
      {
        field: 'name',
        levels: [
          { level: 'exact', weight: 3 },
          { level: 'different', weight: -2.17 },
        ],
      },
      { field: 'gender', levels: [{ level: 'exact', weight: 1 }] },
    ],
  });
});

describe('a model learned before the fields that are compared changed', () => {
  const learned = accountModel();
  const { fields } = learned;
  const li = { name: '李秀英', gender: 'FEMALE', birthday: '1986-04-17' };

  test('fits by name, wherever its fields stand', () => {
    expect(fittedTo(ACCOUNT_SCHEMA.fields, { ...learned, fields: fields.toReversed() })).toEqual(learned);
  });

  test('says nothing of a field that it does not know, and of the others what it said', () => {
    const older = fittedTo(ACCOUNT_SCHEMA.fields, {
      ...learned,
      fields: fields.filter(({ field }) => field !== 'gender'),
    });
    const weigh = (model: MatchModel) => {
      const { comparisons } = explainAccounts(model, preparedAccount(li), preparedAccount(li));
      return Object.fromEntries(comparisons.map(({ field, weight }) => [field, weight]));
    };
    expect(weigh(older)).toMatchObject({ name: weigh(learned).name, gender: 0, birthday: weigh(learned).birthday });
    const keys = { phone: undefined, email: undefined };
    const judge = judgeOfAccounts(
      older,
      [
        { values: li, keys },
        { values: li, keys },
      ],
      () => 0,
    );
    expect(judge.affinity(judge.of(0), judge.of(1))).toBeGreaterThan(5);
  });
});
