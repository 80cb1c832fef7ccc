import { describe, expect, test } from '@jest/globals';
import { Learning } from '../../../src/matching/learning.rules.js';
import { LEVELS_AT_MOST } from '../../../src/matching/level-weights.js';
import type { MatchSchema } from '../../../src/matching/match-schema.js';

const SCHEMA: MatchSchema = {
  idColumn: 'id',
  fields: ['one', 'two', 'three', 'four'].map((name) => ({ name, kind: 'postcode' })),
};
const RECORDS = 2_001;
const TOTAL = (RECORDS * (RECORDS - 1)) / 2;
const SHARE = 0.001;
const MATCH = [0.8, 0.15, 0.05];
const RANDOM = [0.02, 0.03, 0.95];
const LEVELS = [0, 1, 2];

/** All ways in which four fields of three levels compare, with the number of pairs that known chances give. */
function expectedPairs() {
  const levels: number[] = [];
  const counts: number[] = [];
  for (let code = 0; code < 3 ** 4; code++) {
    const pattern = [27, 9, 3, 1].map((unit) => Math.floor(code / unit) % 3);
    const chance = (of: number[]) => pattern.reduce((product, level) => product * (of[level] ?? 0), 1);
    levels.push(...pattern.map((level) => level + 1));
    counts.push(TOTAL * (SHARE * chance(MATCH) + (1 - SHARE) * chance(RANDOM)));
  }
  return { levels: Uint8Array.from(levels), counts: Float64Array.from(counts) };
}

function learn() {
  const pairsAtLevel = new Float64Array(SCHEMA.fields.length * LEVELS_AT_MOST);
  SCHEMA.fields.forEach((_, field) => {
    for (const level of LEVELS)
      pairsAtLevel[field * LEVELS_AT_MOST + level + 1] =
        TOTAL * (SHARE * (MATCH[level] ?? 0) + (1 - SHARE) * (RANDOM[level] ?? 0));
  });
  return new Learning({ schema: SCHEMA, records: RECORDS, patterns: expectedPairs(), pairsAtLevel, scale: 1 }).run();
}

describe('what is learned without labels', () => {
  test('is what the pairs were made of', () => {
    const learned = learn();
    expect(learned.matchShare / SHARE).toBeCloseTo(1, 1);
    for (const field of [0, 1, 2, 3]) {
      for (const level of LEVELS) {
        const at = field * LEVELS_AT_MOST + level + 1;
        expect(learned.match[at]).toBeCloseTo(MATCH[level] ?? 0, 1);
        expect(learned.random[at]).toBeCloseTo(RANDOM[level] ?? 0, 3);
      }
    }
  });

  test('without pairs is what was known before', () => {
    const nothing = { levels: new Uint8Array(), counts: new Float64Array() };
    const learned = new Learning({
      schema: SCHEMA,
      records: 2,
      patterns: nothing,
      pairsAtLevel: new Float64Array(SCHEMA.fields.length * LEVELS_AT_MOST),
      scale: 1,
    }).run();
    expect([...learned.match.subarray(1, 4)]).toEqual([0.9, 0.05, 0.05]);
    expect([...learned.random.subarray(1, 4)].map((chance) => Number(chance.toFixed(3)))).toEqual([0.005, 0.01, 0.985]);
  });
});
