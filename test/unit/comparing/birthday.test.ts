import { describe, expect, test } from '@jest/globals';
import { likenessOfBirthdays, parseBirthday } from '../../../src/comparing/birthday.rules.js';
import { isDefaultBirthday } from '../../../src/comparing/default-birthday.rules.js';

describe('what a birthday is read as', () => {
  test.each([
    ['1987-06-05', '1987-06-05'],
    ['19870605', '1987-06-05'],
    ['1987/6/5', '1987-06-05'],
    ['1987.6.5', '1987-06-05'],
    ['1987年6月5日', '1987-06-05'],
    ['１９８７年６月５日', '1987-06-05'],
    ['1987-06-05 00:00:00', '1987-06-05'],
    ['1987-06-05T00:00:00Z', '1987-06-05'],
    ['25/06/1987', '1987-06-25'],
    ['06/25/1987', '1987-06-25'],
    ['05/06/1987', '1987-06-05'],
    ['6月5日', '-06-05'],
    ['06-05', '-06-05'],
    ['19871332', '1987-13-32'],
  ])('%s', (text, key) => {
    expect(parseBirthday(text)?.key).toBe(key);
  });

  test.each(['', 'unknown', '1987', 'null', '5 June'])('nothing in %j', (text) => {
    expect(parseBirthday(text)).toBeUndefined();
  });
});

describe('how birthdays agree', () => {
  test.each([
    ['1987-06-05', '19870605', 'exact'],
    ['1987-06-05', '1987-05-06', 'swapped'],
    ['1987-06-05', '1987-06-06', 'typo'],
    ['1987-06-15', '1987-06-51', 'typo'],
    ['1999-12-31', '2000-12-31', 'typo'],
    ['1987-06-05', '6月5日', 'yearMissing'],
    ['06-05', '6月5日', 'yearMissing'],
    ['1987-06-05', '6月9日', 'different'],
    ['1987-06-05', '1987-06-28', 'similar'],
    ['1987-06-05', '1962-06-05', 'similar'],
    ['1987-06-05', '1991-11-23', 'different'],
  ])('%s, %s: %s', (left, right, level) => {
    const [one, other] = [parseBirthday(left), parseBirthday(right)];
    if (!one || !other) throw new Error('no birthday');
    expect([likenessOfBirthdays(one, other), likenessOfBirthdays(other, one)]).toEqual([level, level]);
  });
});

describe('what a form puts in by itself', () => {
  const isDefault = (text: string, count: number, records: number) => {
    const read = parseBirthday(text);
    return read && isDefaultBirthday(read, count, records);
  };
  test.each([
    ['the zero of a database, even once', '1900-01-01', 1, 10, true],
    ['the zero of Unix', '1970-01-01', 1, 10, true],
    ['one 1 January among few', '1985-01-01', 2, 100, false],
    ['1 January far too often', '1985-01-01', 40, 5_000, true],
    ['any day far too often', '1988-08-08', 60, 10_000, true],
    ['a day as often as days are', '1988-08-08', 12, 60_000, false],
    ['a day without its year', '01-01', 500, 10_000, false],
  ])('%s', (_, text, count, records, expected) => {
    expect(isDefault(text, count, records)).toBe(expected);
  });
});
