import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BUILT_IN_SCHEMAS } from '../../../src/matching/built-in-schemas.js';
import { columnsOf, type MatchSchema } from '../../../src/matching/match-schema.js';
import { RecordMatcher } from '../../../src/matching/record-matcher.js';
import { groupBy } from '../../../src/platform/group-by.rules.js';

type Row = Readonly<Record<string, string>>;

function clustersOf(rows: readonly Row[], schema: MatchSchema = BUILT_IN_SCHEMAS.customers): string[][] {
  const matcher = new RecordMatcher(schema, { threshold: 0.9 });
  for (const row of rows)
    matcher.add(
      row.id ?? '',
      columnsOf(schema).map((column) => row[column] ?? ''),
    );
  const groups = groupBy(matcher.resolve(), ({ clusterId }) => clusterId);
  return [...groups.values()].map((group) => group.map(({ id }) => id).sort()).sort();
}

const SU: Row = { name: '苏轼', phone: '13922334455', birthday: '1984-09-13', gender: '男' };
const LI: Row = { name: '李清照', phone: '15811227788', birthday: '1991-03-27', gender: '女' };
const HOME: Row = { province: '浙江省', city: '绍兴市', address: '越城区鲁迅中路241号3幢2单元602室' };

describe('a file of few records', () => {
  test('none, and one', () => {
    expect(clustersOf([])).toEqual([]);
    expect(clustersOf([{ id: 'a', ...SU }])).toEqual([['a']]);
  });

  test.each<[string, Row, Row]>([
    ['the same in another writing', SU, { name: '蘇軾', phone: '+86 139-2233-4455', birthday: '1984年9月13日' }],
    ['name and birthday', { name: '苏轼', birthday: '19840913' }, { name: 'Su Shi', birthday: '1984/9/13', ...HOME }],
    ['a masked phone, a masked name and the door', { ...SU, ...HOME }, { name: '苏*', phone: '139****4455', ...HOME }],
  ])('%s: one person', (_, one, other) => {
    expect(
      clustersOf([
        { id: 'a', ...one },
        { id: 'b', ...other },
        { id: 'c', ...LI },
      ]),
    ).toEqual([['a', 'b'], ['c']]);
  });

  test.each<[string, Row, Row]>([
    ['nothing in common', SU, LI],
    ['a phone that is a family’s', { ...SU, ...HOME }, { ...LI, ...HOME, phone: SU.phone ?? '' }],
    [
      'twins',
      { name: '苏轼', birthday: '1984-09-13', gender: '男', ...HOME },
      { name: '苏辙', birthday: '1984-09-13', gender: '男', ...HOME },
    ],
    ['junk in common', { ...SU, phone: '13800138000' }, { ...LI, phone: '13800138000' }],
    [
      'a birthday that nobody typed',
      { name: '苏先生', birthday: '1900-01-01' },
      { name: '苏轼', birthday: '1900-01-01' },
    ],
    [
      'two WeChat identities, names and birthdays',
      { ...SU, unionid: 'oU1x77Qa' },
      { ...LI, unionid: 'oU9k02Zb', phone: SU.phone ?? '' },
    ],
  ])('%s: two people', (_, one, other) => {
    expect(
      clustersOf([
        { id: 'a', ...one },
        { id: 'b', ...other },
      ]),
    ).toEqual([['a'], ['b']]);
  });

  test('a recycled phone: those of the old owner and of the new one are told apart by their names', () => {
    const rows = [
      { id: 'a', ...SU },
      { id: 'b', ...SU, ...HOME },
      { id: 'c', ...LI, phone: SU.phone ?? '' },
      { id: 'd', ...LI, phone: SU.phone ?? '', city: '杭州市', province: '浙江省' },
    ];
    expect(clustersOf(rows)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('a clerk’s phone welds nobody together', () => {
    const names = ['孟浩然', '王昌龄', '岑参', '高适', '柳宗元', '韩愈', '白居易', '杜牧'];
    const rows = names.map((name, at) => ({
      id: String(at),
      name,
      phone: '13922334455',
      birthday: `198${at}-0${at + 1}-11`,
    }));
    expect(clustersOf(rows)).toHaveLength(names.length);
  });
});

describe('a schema of one’s own', () => {
  const schema: MatchSchema = {
    idColumn: 'id',
    fields: [
      { name: 'contact', kind: 'personName' },
      { name: 'born', kind: 'birthday' },
      { name: 'mail', kind: 'email' },
      { name: 'town', kind: 'locality' },
      { name: 'spent', kind: 'number' },
      { name: 'remark', kind: 'text' },
    ],
  };

  test('in Latin letters', () => {
    const rows: Row[] = [
      {
        id: '1',
        contact: 'Ada Lovelace',
        born: '1985-12-10',
        mail: 'ada.l@example.org',
        town: 'London',
        spent: '12.50',
      },
      {
        id: '2',
        contact: 'Lovelace, Ada',
        born: '10/12/1985',
        mail: 'ADA.L@example.org',
        town: 'london',
        remark: 'VIP',
      },
      {
        id: '3',
        contact: 'Grace Hopper',
        born: '1976-12-09',
        mail: 'grace@example.org',
        town: 'London',
        spent: '12.50',
      },
    ];
    expect(clustersOf(rows, schema)).toEqual([['1', '2'], ['3']]);
  });

  test('of texts and places alone: typing errors at the end and in the middle', () => {
    const texts: MatchSchema = {
      idColumn: 'id',
      fields: [
        { name: 'title', kind: 'text' },
        { name: 'place', kind: 'locality' },
        { name: 'note', kind: 'text' },
      ],
    };
    let state = 7;
    const below = (bound: number) => {
      state = (state * 16_807) % 2_147_483_647; // Lehmer's minimal standard: the same texts each time
      return state % bound;
    };
    const syllable = () => `${'bcdfgklmnprstvz'[below(15)]}${'aeiou'[below(5)]}`;
    const vocabulary = Array.from({ length: 2_000 }, () => Array.from({ length: 2 + below(3) }, syllable).join(''));
    const words = (count: number) => Array.from({ length: count }, () => vocabulary[below(2_000)]).join(' ');
    const places = Array.from({ length: 40 }, () => words(1));
    const rows = Array.from({ length: 300 }, (_, at): Row => {
      return { id: `o${at}`, title: words(2), place: places[below(40)] ?? '', note: words(12) };
    });
    const copies = rows.map(({ id, title = '', note = '', place = '' }) => ({
      id: id?.replace('o', 'c') ?? '',
      title: title.slice(0, -1),
      place,
      note: note.slice(0, 30) + note.slice(33),
    }));
    const pairs = clustersOf([...rows, ...copies], texts).filter((cluster) => cluster.length === 2);
    expect(pairs.filter(([copy, own]) => copy?.slice(1) === own?.slice(1)).length).toBeGreaterThan(285);
  });

  test('long texts are compared in bounded time', () => {
    const texts: MatchSchema = { idColumn: 'id', fields: [{ name: 'note', kind: 'text' }] };
    const rows = Array.from({ length: 100 }, (_, at) => ({
      id: String(at),
      note: `${'same start of all '.repeat(200)}${at}`,
    }));
    const started = process.cpuUsage();
    clustersOf(rows, texts);
    const { user } = process.cpuUsage(started);
    expect(user / 1e6).toBeLessThan(20);
  });

  test('more fields than fit a number of patterns', () => {
    const wide: MatchSchema = {
      idColumn: 'id',
      fields: Array.from({ length: 40 }, (_, at) => ({ name: `f${at}`, kind: 'text' as const })),
    };
    const row = (id: string, word: string) =>
      Object.fromEntries([['id', id], ...wide.fields.map(({ name }, at) => [name, `${word} ${at * 7}`])]) as Row;
    expect(clustersOf([row('1', 'maple'), row('2', 'maple'), row('3', 'birch')], wide)).toEqual([['1', '2'], ['3']]);
  });
});

describe('rows that repeat each other', () => {
  const rowsOf = (row: Row, count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...row, id: `r${1_000 + at}` }));

  test('are one person, however many', () => {
    expect(clustersOf([...rowsOf({ ...SU, ...HOME }, 2_000), { id: 'x', ...LI }])).toHaveLength(2);
    expect(clustersOf(rowsOf({ ...SU, ...HOME }, 500))).toHaveLength(1);
  });

  test('stay apart where they tell next to nothing', () => {
    expect(clustersOf(rowsOf({ gender: '男' }, 200))).toHaveLength(200);
  });
});

test('a record of the wrong width is refused', () => {
  const matcher = new RecordMatcher(BUILT_IN_SCHEMAS.febrl, { threshold: 0.9 });
  expect(() => matcher.add('a', ['x'])).toThrow(new RangeError('A record has 10 values, not 1.'));
});

test('the order of records leaves nothing in the clusters', () => {
  const people = [SU, LI, { ...SU, phone: '18655443322', name: '苏辙' }, { ...LI, ...HOME }];
  const row = fc.record({
    who: fc.nat({ max: 3 }),
    without: fc.subarray(['name', 'phone', 'birthday', 'address', 'city']),
  });
  const rowsOf = (items: readonly { who: number; without: string[] }[]) =>
    items.map(({ who, without }, at) => {
      const kept = Object.entries(people[who] ?? {}).filter(([column]) => !without.includes(column));
      return { id: `r${String(at).padStart(2, '0')}`, ...Object.fromEntries(kept) } as Row;
    });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 12 }), (items) => {
      const rows = rowsOf(items);
      const expected = clustersOf(rows);
      expect(clustersOf([...rows].reverse())).toEqual(expected);
      const halves = [...rows.filter((_, at) => at % 2), ...rows.filter((_, at) => at % 2 === 0)];
      expect(clustersOf(halves)).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});
