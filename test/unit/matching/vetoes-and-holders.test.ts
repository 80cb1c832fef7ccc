import { describe, expect, test } from '@jest/globals';
import { COMPARISONS } from '../../../src/matching/comparisons.rules.js';
import { personsAmong } from '../../../src/matching/holders.js';
import type { MatchSchema } from '../../../src/matching/match-schema.js';
import { PatternTable } from '../../../src/matching/pattern-table.js';
import { vetoOf } from '../../../src/matching/vetoes.rules.js';

const SCHEMA: MatchSchema = {
  idColumn: 'id',
  fields: [
    { name: 'name', kind: 'personName' },
    { name: 'born', kind: 'birthday' },
    { name: 'union', kind: 'identifier' },
    { name: 'device', kind: 'identifier', isMany: true },
    { name: 'phone', kind: 'phone' },
  ],
};

describe('what rules out that two are one person', () => {
  const veto = vetoOf(SCHEMA);
  test.each<[string, Record<string, string>, boolean]>([
    ['another name and birthday', { name: 'different', born: 'different' }, true],
    ['that, though they share a phone', { name: 'sameFamily', born: 'different', phone: 'exact' }, true],
    ['another name and union id', { name: 'different', union: 'different' }, true],
    ['another name alone', { name: 'different' }, false],
    ['another name and device', { name: 'different', device: 'different' }, false],
    ['another name, and a mistyped birthday', { name: 'different', born: 'typo' }, false],
    ['another birthday alone', { name: 'exact', born: 'different' }, false],
    ['a nickname and another birthday', { name: 'informal', born: 'different' }, false],
    ['twins', { name: 'sharedCharacter', born: 'exact' }, true],
    ['twins who share a family’s phone', { name: 'sameFamily', born: 'exact', phone: 'exactShared' }, true],
    [
      'a given name of another writing, with a phone of one’s own',
      { name: 'sharedCharacter', born: 'exact', phone: 'exact' },
      false,
    ],
    ['nothing in common', {}, false],
  ])('%s: %o', (_, levels, expected) => {
    const places = SCHEMA.fields.map(({ name, kind }) => COMPARISONS[kind].levels.indexOf(levels[name] ?? '') + 1);
    expect(veto(places)).toBe(expected);
  });
});

describe('how many people hold a value', () => {
  const among = (holders: [name: number, birthday: number][]) =>
    personsAmong(
      Int32Array.from(holders, (_, at) => at),
      {
        names: Int32Array.from(holders, ([name]) => name),
        birthdays: Int32Array.from(holders, ([, birthday]) => birthday),
      },
    );
  test.each<[string, [number, number][], number]>([
    [
      'nobody is known',
      [
        [0, 0],
        [0, 0],
      ],
      0,
    ],
    [
      'one name',
      [
        [1, 0],
        [1, 0],
        [0, 0],
      ],
      1,
    ],
    [
      'a name changed, the birthday not',
      [
        [1, 7],
        [2, 7],
      ],
      1,
    ],
    [
      'two names, two birthdays',
      [
        [1, 7],
        [2, 8],
      ],
      2,
    ],
    [
      'a name, and a birthday that may be its own',
      [
        [1, 0],
        [0, 7],
      ],
      1,
    ],
    [
      'two names, and a birthday of one of them',
      [
        [1, 7],
        [2, 0],
        [0, 7],
      ],
      2,
    ],
    [
      'a clerk’s',
      [
        [1, 7],
        [2, 8],
        [3, 0],
        [0, 9],
        [4, 10],
      ],
      4,
    ],
  ])('%s', (_, holders, expected) => {
    expect(among(holders)).toBe(expected);
  });
});

test('each way in which pairs compare is counted', () => {
  const patterns = new PatternTable(3);
  const numbers = [
    [1, 2, 3],
    [1, 2, 0],
    [1, 2, 3],
    [0, 2, 3],
    [1, 2, 3],
  ].map((levels) => patterns.count(Uint8Array.from(levels)));
  expect(numbers).toEqual([0, 1, 0, 2, 0]);
  const { levels, counts } = patterns.all();
  expect([...counts]).toEqual([3, 1, 1]);
  expect([...levels]).toEqual([1, 2, 3, 1, 2, 0, 0, 2, 3]);
});
