import { describe, expect, test } from '@jest/globals';
import { boundOf } from '../../../src/matching/blocking.rules.js';
import { BUILT_IN_SCHEMAS } from '../../../src/matching/built-in-schemas.js';
import { gradeOfHolders } from '../../../src/matching/comparisons.rules.js';
import { compareRecords, type GradeOf } from '../../../src/matching/match-explanation.rules.js';
import type { MatchModel } from '../../../src/matching/match-model.js';
import { columnsOf } from '../../../src/matching/match-schema.js';
import { judgeOfRecords } from '../../../src/matching/record-judge.js';
import { RecordMatcher } from '../../../src/matching/record-matcher.js';
import { RecordPairs } from '../../../src/matching/record-pairs.rules.js';
import { bitsOfValue } from '../../../src/matching/term-frequencies.rules.js';

const SCHEMA = BUILT_IN_SCHEMAS.customers;
const pairs = new RecordPairs(SCHEMA);
type Row = Readonly<Record<string, string>>;
const valuesOf = (row: Row) => columnsOf(SCHEMA).map((column) => row[column] ?? '');
const read = (row: Row) => pairs.prepare(row);
const ONE_HOLDER: GradeOf = () => gradeOfHolders(1);

const HOME: Row = { province: '浙江省', city: '绍兴市', address: '越城区鲁迅中路241号3幢2单元602室' };
const SU: Row = { name: '苏轼', phone: '13922334455', birthday: '1984-09-13', gender: '男', ...HOME };

/** What is known after a small file, as it is stored. */
function storedModel(): MatchModel {
  const matcher = new RecordMatcher(SCHEMA, { threshold: 0.9 });
  for (const id of ['a', 'b', 'c']) matcher.add(id, valuesOf({ ...SU, birthday: '1970-01-01' }));
  matcher.add('d', valuesOf({ name: '李清照', phone: '15811227788', birthday: '1991-03-27' }));
  matcher.resolve();
  return JSON.parse(JSON.stringify(matcher.model)) as MatchModel;
}

describe('the keys that a record is found by', () => {
  const keysOf = (row: Row) => pairs.blockingKeysOf(read(row)).map(({ rule, value }) => `${rule}=${value}`);

  test('identifiers, and what is known of the person together', () => {
    expect(keysOf(SU)).toEqual(
      expect.arrayContaining([
        'phone=13922334455',
        'phone.ends~=1394455',
        'name+day=sushi|19840913',
        'name+monthDay=sushi|0913',
        'name+year=sushi|1984',
        'name+place=sushi|鲁迅中路|241|602',
        'family+day=su|19840913',
        'place=鲁迅中路|241|602',
      ]),
    );
  });

  test.each<[string, Row, Row, string]>([
    ['a masked phone', { phone: '139****4455' }, { phone: '13922334455' }, 'phone.ends~=1394455'],
    ['pinyin', { name: 'Shi Su', birthday: '19840913' }, SU, 'name+day=sushi|19840913'],
    [
      'day and month swapped',
      { name: '苏轼', birthday: '1984-03-09' },
      { name: '蘇軾', birthday: '1984-09-03' },
      'name+day=sushi|19840309',
    ],
    ['a domain mistyped', { email: 'su.shi@exmple.org' }, { email: 'SU.SHI@example.org' }, 'email.local~=su.shi'],
  ])('%s', (_, one, other, key) => {
    expect(keysOf(one)).toContain(key);
    expect(keysOf(other)).toContain(key);
  });

  test('none where nothing is known, and none of junk', () => {
    expect(keysOf({})).toEqual([]);
    expect(keysOf({ phone: '00000000000', unionid: 'null', email: 'test@test.com' })).toEqual([]);
  });

  test('those that tell little alone have the lower bound', () => {
    expect([boundOf('phone'), boundOf('name+day'), boundOf('day~')]).toEqual([100, 100, 16]);
  });
});

describe('two records by a stored model', () => {
  const model = storedModel();

  test('the weights add up to the match weight, and that to the probability', () => {
    const why = pairs.explain(model, read(SU), read({ ...SU, name: '蘇軾' }), ONE_HOLDER);
    const sum = why.comparisons.reduce((total, { weight }) => total + weight, why.priorWeight);
    expect(sum).toBeCloseTo(why.matchWeight, 9);
    expect(why.probability).toBeCloseTo(1 / (1 + 2 ** -why.matchWeight), 9);
    expect(why.comparisons.map(({ field, level }) => `${field} ${level}`)).toEqual([
      'phone exact',
      'name exact',
      'gender exact',
      'birthday exact',
      'address sameDoor',
      'household possible',
    ]);
  });

  test('two who share home, phone and family name are rather a household', () => {
    const why = pairs.explain(
      model,
      read(SU),
      read({ ...SU, name: '苏小妹', birthday: '1989-01-30', gender: '女' }),
      () => 1,
    );
    expect(why.comparisons.slice(-2)).toMatchObject([
      { field: 'household', level: 'possible' },
      { field: 'contradiction', level: 'ruledOut' },
    ]);
    expect(why.probability).toBeLessThan(0.01);
  });

  test('a default birthday isn’t compared', () => {
    expect(model.fields.find(({ field }) => field === 'birthday')?.defaults).toEqual(['1970-01-01']);
    const row = { name: '苏轼', birthday: '1970-01-01' };
    const why = pairs.explain(model, read(row), read(row), ONE_HOLDER);
    expect(why.comparisons.map(({ field }) => field)).not.toContain('birthday');
  });

  test('an identifier that more people hold says less', () => {
    const weightFor = (persons: number) =>
      pairs.explain(model, read({ phone: SU.phone ?? '' }), read({ phone: SU.phone ?? '' }), () =>
        gradeOfHolders(persons),
      ).comparisons[0];
    const weights = [1, 2, 9].map((persons) => weightFor(persons));
    expect(weights.map((weight) => weight?.level)).toEqual(['exact', 'exactShared', 'exactCrowd']);
    expect(weights[0]?.weight).toBeGreaterThan(weights[1]?.weight ?? 0);
    expect(weights[1]?.weight).toBeGreaterThan(weights[2]?.weight ?? 0);
  });

  test('what one of them lacks isn’t compared', () => {
    expect(
      compareRecords(SCHEMA, read(SU), read({ name: '苏轼' }), ONE_HOLDER).filter((level) => level !== null),
    ).toEqual(['exact']);
  });
});

describe('the frequency of a value', () => {
  const frequencies = { total: 1_000, agreement: 0.01, counts: { common: 100, usual: 10 }, least: 1 };
  test.each([
    ['common', Math.log2(0.1)],
    ['usual', 0],
    ['rare', Math.log2(10)],
    ['constructor', Math.log2(10)],
  ])('%s', (key, bits) => {
    expect(bitsOfValue(frequencies, key)).toBeCloseTo(bits, 9);
  });

  test('of a field without values adds nothing', () => {
    expect(bitsOfValue({ total: 0, agreement: 0, counts: {}, least: 1 }, 'x')).toBe(0);
  });
});

describe('groups of records by a stored model', () => {
  const unborn = { gender: '男', birthday: '1970-01-01' };
  const given = [
    SU,
    { name: 'Su Shi', birthday: '1984/9/13', city: '绍兴' },
    { name: '李清照' },
    unborn,
    unborn,
    { gender: '男' },
  ];
  const judge = judgeOfRecords(SCHEMA, storedModel(), given.map(read), ONE_HOLDER);
  const affinity = (left: number, right: number) => judge.affinity(judge.of(left), judge.of(right));

  test('are alike where one person’s records are, and only there', () => {
    expect(affinity(0, 1)).toBeGreaterThan(3);
    expect(affinity(0, 2)).toBeLessThan(-3);
  });

  test('a default birthday says nothing', () => {
    expect(affinity(3, 4)).toBe(affinity(5, 5));
  });
});
