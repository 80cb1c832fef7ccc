import { expect, test } from '@jest/globals';
import {
  agreementOf,
  chosenBirthday,
  conflictOf,
  type FullName,
  fullNameOf,
  nameToken,
} from '../../../src/identities/person-evidence.rules.js';
import { person } from '../../support/evident-accounts.js';

test.each([
  ['王伟', ['wang', 'wei']],
  ['单雄信', ['shan', 'xiong', 'xin']],
  ['王 伟', ['wang', 'wei']],
  ['Wei WANG', ['wang', 'wei']],
  ['José García', ['garcia', 'jose']],
  ['王小明先生', ['wang', 'xiao', 'ming']],
  ['歐陽娜', ['ou', 'yang', 'na']],
  ['王伟(会员)', ['wang', 'wei']],
  ["O'Brien, Pat", ['obrien', 'pat']],
])('the full name %s', (text, sounds) => {
  expect(fullNameOf(text)?.sounds).toEqual(sounds);
});

test.each([
  '王*',
  '王某某',
  '王先生',
  '李女士',
  '王经理',
  '老王',
  '王',
  '欧阳',
  'wangwei',
  'Sunny',
  '',
  null,
  42,
  '一只快乐的小猫咪',
  '追光的人',
  'W*** Wang',
])('no full name: %s', (text) => {
  expect(fullNameOf(text)).toBeNull();
});

test.each([
  ['1985-03-12', '1985-03-12'],
  ['1985/3/12', '1985-03-12'],
  ['1985年3月12日', '1985-03-12'],
  ['1970-01-01', null],
  ['1900-01-01', null],
  ['1899-12-30', null],
  ['1980-01-01', null],
  ['1990-01-01', null],
  ['2000-01-01', null],
  ['1991-01-01', '1991-01-01'],
  ['03-12', null],
  ['soon', null],
  [19850312, null],
])('of %j the day that a person chose is %j', (text, day) => {
  expect(chosenBirthday(text)).toBe(day);
});

test.each([
  ['张伟', 'Wei Zhang', true],
  ['张伟', 'ZHANG WEI', true],
  ['张小明', 'Xiaoming Zhang', true],
  ['張偉', '张伟', true],
  ['欧阳娜', 'Na Ouyang', true],
  ['张伟', '张威', true],
  ['张伟', '张强', false],
  ['张伟', 'Qiang Zhang', false],
])('%s and %s count as one name: %s', (a, b, isOne) => {
  const [one, other] = [a, b].map((text) => nameToken(fullNameOf(text) as FullName));
  expect(one === other).toBe(isOne);
});

test.each([
  ['two days', { birthday: '1985-03-12' }, { birthday: '1992-07-25' }, 'OTHER_BIRTHDAY'],
  ['one digit', { birthday: '1985-03-12' }, { birthday: '1985-03-17' }, undefined],
  ['one part', { birthday: '1985-03-12' }, { birthday: '1991-03-12' }, undefined],
  ['day and month changed places', { birthday: '1985-03-12' }, { birthday: '1985-12-03' }, undefined],
  ['two neighbouring digits changed places', { birthday: '1985-11-02' }, { birthday: '1985-10-12' }, undefined],
  ['a day that forms fill in', { birthday: '1985-03-12' }, { birthday: '1990-01-01' }, undefined],
  ['twins', { name: '王伟', birthday: '1985-03-12' }, { name: '王强', birthday: '1985-03-12' }, 'OTHER_GIVEN_NAME'],
  ['two families', { name: '欧娜', birthday: '1985-03-12' }, { name: '欧阳娜', birthday: '1985-03-12' }, undefined],
  ['two scripts', { name: '王伟', unionId: 'a' }, { name: 'Sunny Li', unionId: 'b' }, undefined],
  ['two names', { name: '王伟', unionId: 'a' }, { name: '李娜', unionId: 'b' }, 'OTHER_UNION_ID'],
  [
    'the same syllables in two orders',
    { name: '李娜', unionId: 'a' },
    { name: '那丽', unionId: 'b' },
    'OTHER_UNION_ID',
  ],
  ['a nickname', { name: '王伟', unionId: 'a' }, { name: '追光的人', unionId: 'b' }, undefined],
])('%s', (_, a, b, conflict) => {
  expect(conflictOf(person(a), person(b))).toBe(conflict);
  expect(conflictOf(person(b), person(a))).toBe(conflict);
});

test.each([
  [{ name: '王伟', birthday: '1985-03-12' }, { name: '王維', birthday: '1985-03-12' }, 2],
  [{ name: '王伟' }, { name: 'Wang Wei' }, 1],
  [{ birthday: '1985-03-12' }, { birthday: '1985-03-12', name: '王伟' }, 1],
  [{ name: '张伟' }, { name: 'Wei Zhang' }, 1],
  [{}, {}, 0],
])('%j and %j agree in so many things', (a, b, agreement) => {
  expect(agreementOf(person(a), person(b))).toBe(agreement);
});
