import { expect, test } from '@jest/globals';
import { agreementOf, fullNameOf } from '../../../src/identities/person-evidence.rules.js';
import { person } from '../../support/evident-accounts.js';

test.each([
  ['王伟', ['wang', 'wei']],
  ['单雄信', ['shan', 'xiong', 'xin']],
  ['王 伟', ['wang', 'wei']],
  ['Wei WANG', ['wang', 'wei']],
  ['José García', ['garcia', 'jose']],
])('the full name %s', (text, sounds) => {
  expect(fullNameOf(text)?.sounds).toEqual(sounds);
});

test.each(['王*', '王先生', '李女士', '王', 'wangwei', 'Sunny', '', null, 42, '一只快乐的小猫咪'])(
  'no full name: %s',
  (text) => {
    expect(fullNameOf(text)).toBeNull();
  },
);

test.each([
  [{ name: '王伟', birthday: '1985-03-12' }, { name: '王維', birthday: '1985-03-12' }, 2],
  [{ name: '王伟' }, { name: 'Wang Wei' }, 1],
  [{ birthday: '1985-03-12' }, { birthday: '1985-03-12', name: '王伟' }, 1],
  [{}, {}, 0],
])('%j and %j agree in so many things', (a, b, agreement) => {
  expect(agreementOf(person(a), person(b))).toBe(agreement);
});
