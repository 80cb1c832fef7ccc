import { describe, expect, test } from '@jest/globals';
import {
  likenessOfCodes,
  likenessOfNumbers,
  likenessOfTexts,
  parseGenderWord,
  parseNumber,
  parseStreet,
  parseText,
} from '../../../src/comparing/plain-text.rules.js';
import { parseAddress } from '../../../src/comparing/postal-address.rules.js';
import { likenessOfAddresses } from '../../../src/comparing/postal-address-likeness.rules.js';
import { isOneEditApart, jaroWinkler } from '../../../src/comparing/similarity.rules.js';

const HOME = ['浙江省', '宁波市', '浙江省宁波市鄞州区钱湖北路88号明珠花苑6幢2单元503室'];

describe('addresses', () => {
  test('are read into their parts', () => {
    expect(parseAddress(HOME)).toMatchObject({
      province: '浙江',
      city: '宁波',
      district: '鄞州区',
      road: '钱湖北路',
      number: 88,
      building: 6,
      room: 503,
    });
  });

  test.each<[string, string[], string]>([
    ['units shortened', ['', '宁波', '鄞州区钱湖北路88号6-2-503'], 'sameDoor'],
    ['full-width digits', ['', '', '宁波市鄞州区钱湖北路８８号６号楼５０３室'], 'sameDoor'],
    ['the city without its suffix, and no columns', ['', '', '宁波鄞州区钱湖北路88号6幢503'], 'sameDoor'],
    ['traditional characters', ['浙江', '寧波市', '鄞州區錢湖北路88號6棟503室'], 'sameDoor'],
    ['a character of the road left out', ['', '', '宁波市鄞州区钱湖路88号6幢2单元503室'], 'almostSameDoor'],
    ['no door', ['浙江省', '宁波市', '鄞州区钱湖北路88号'], 'sameNumber'],
    ['that room of another building', ['浙江省', '宁波市', '鄞州区钱湖北路88号9幢2单元503室'], 'sameNumber'],
    ['another door', ['浙江省', '宁波市', '鄞州区钱湖北路88号9幢1单元1201室'], 'otherDoor'],
    ['another house', ['浙江省', '宁波市', '鄞州区钱湖北路17号2幢301室'], 'sameRoad'],
    ['the district', ['浙江省', '宁波市', '鄞州区学士路88号2幢301室'], 'sameDistrict'],
    ['nothing but the city', ['浙江省', '宁波市', ''], 'sameCity'],
    ['a road of that name elsewhere', ['山西省', '太原市', '小店区钱湖北路88号6幢2单元503室'], 'different'],
  ])('%s', (_, columns, level) => {
    const [one, other] = [parseAddress(HOME), parseAddress(columns)];
    if (!one || !other) throw new Error('no address');
    expect([likenessOfAddresses(one, other), likenessOfAddresses(other, one)]).toEqual([level, level]);
  });

  test.each<[string, string, string]>([
    ['12 High Street, London', '12 high street London', 'sameDoor'],
    ['12 High Street, Camden, London', '12 High Street, London', 'almostSameDoor'],
    ['12 High Street, London', '77 Church Road, Leeds', 'different'],
  ])('in words: %s, %s', (left, right, level) => {
    const [one, other] = [parseAddress([left]), parseAddress([right])];
    if (!one || !other) throw new Error('no address');
    expect(likenessOfAddresses(one, other)).toBe(level);
  });

  test('none in empty columns', () => {
    expect(parseAddress(['', '', ''])).toBeUndefined();
    expect(parseAddress(['', ' '])).toBeUndefined();
  });
});

describe('texts, codes and numbers', () => {
  test.each([
    ['Willow Brook', 'willow  brook!', 'exact'],
    ['willow brook', 'wilow brook', 'close'],
    ['willow', 'willow brook', 'similar'],
    ['willow', 'karrabin', 'different'],
  ])('texts %s, %s: %s', (left, right, level) => {
    const [one, other] = [parseText(left), parseText(right)];
    if (!one || !other) throw new Error('no text');
    expect(likenessOfTexts(one, other)).toBe(level);
  });

  test('a street is written in full', () => {
    expect(parseStreet('Tullaroop St')).toEqual({ key: 'tullaroop street' });
    expect(parseStreet('st')).toEqual({ key: 'st' });
  });

  test.each([
    ['2602', '2602', 'exact'],
    ['2602', '2062', 'typo'],
    ['2602', '4510', 'different'],
  ])('codes %s, %s: %s', (left, right, level) => {
    expect(likenessOfCodes({ key: left }, { key: right })).toBe(level);
  });

  test.each([
    ['1,000', '1000.0', 'exact'],
    ['1000', '1004', 'close'],
    ['47', '48', 'close'],
    ['47', '112', 'different'],
  ])('numbers %s, %s: %s', (left, right, level) => {
    const [one, other] = [parseNumber(left), parseNumber(right)];
    if (!one || !other) throw new Error('no number');
    expect(likenessOfNumbers(one, other)).toBe(level);
  });

  test.each([
    ['女', 'FEMALE'],
    ['M', 'MALE'],
    ['２', 'FEMALE'],
    ['保密', undefined],
    ['', undefined],
  ])('gender %s', (text, key) => {
    expect(parseGenderWord(text)?.key).toBe(key);
  });
});

describe('likeness of letters', () => {
  test.each([
    ['martha', 'marhta', 0.961],
    ['dwayne', 'duane', 0.84],
    ['dixon', 'dicksonx', 0.813],
    ['same', 'same', 1],
    ['abc', 'xyz', 0],
  ])('Jaro-Winkler %s, %s', (left, right, expected) => {
    expect(jaroWinkler(left, right)).toBeCloseTo(expected, 2);
  });

  test.each([
    ['abcd', 'abxd', true],
    ['abcd', 'acbd', true],
    ['abcd', 'abd', true],
    ['abcd', 'abcde', true],
    ['abcd', 'abcd', false],
    ['abcd', 'badc', false],
    ['abcd', 'ab', false],
  ])('one edit parts %s and %s: %s', (left, right, expected) => {
    expect([isOneEditApart(left, right), isOneEditApart(right, left)]).toEqual([expected, expected]);
  });
});
