import { describe, expect, test } from '@jest/globals';
import { parsePersonName } from '../../../src/comparing/person-name.rules.js';
import { likenessOfNames } from '../../../src/comparing/person-name-likeness.rules.js';

const likeness = (left: string, right: string) => {
  const [one, other] = [parsePersonName(left), parsePersonName(right)];
  return one && other && [likenessOfNames(one, other), likenessOfNames(other, one)];
};

describe('what a name is read as', () => {
  test.each([
    ['孟浩然', 'full', '孟', ['menghaoran']],
    ['孟 浩　然 ', 'full', '孟', ['menghaoran']],
    ['孟浩然(推荐人)', 'full', '孟', ['menghaoran']],
    ['孟浩然-华东', 'full', '孟', ['menghaoran']],
    ['孟浩然 贵宾', 'full', '孟', ['menghaoran']],
    ['顏真卿', 'full', '颜', ['yanzhenqing']],
    ['司徒雷登', 'full', '司徒', ['situleideng']],
    ['单雄信', 'full', '单', ['shanxiongxin']],
    ['孟先生', 'family', '孟', []],
    ['欧阳女士', 'family', '欧阳', []],
    ['孟浩然先生', 'full', '孟', ['menghaoran']],
    ['孟总', 'family', '孟', []],
    ['老孟', 'family', '孟', []],
    ['孟**', 'family', '孟', []],
    ['孟某某', 'family', '孟', []],
    ['孟*然', 'masked', '孟', []],
    ['*浩然', 'masked', '', []],
    ['孟XX', 'family', '孟', []],
    ['Meng Haoran', 'full', '', ['menghaoran', 'haoranmeng']],
    ['HAORAN MENG', 'full', '', ['haoranmeng', 'menghaoran']],
    ['menghaoran', 'full', '', ['menghaoran']],
    ['John Smith', 'full', '', ['johnsmith', 'smithjohn']],
    ['Buttercup', 'other', '', []],
    ['追光的人', 'other', '', []],
    ['开心果88', 'other', '', []],
  ])('%s', (text, form, family, sounds) => {
    expect(parsePersonName(text)).toMatchObject({ form, family, sounds });
  });

  test.each(['', '   ', '12345', '--', '!!!'])('nothing in %j', (text) => {
    expect(parsePersonName(text)).toBeUndefined();
  });
});

describe('how names agree, in both directions', () => {
  test.each([
    ['孟浩然', '孟 浩然', 'exact'],
    ['颜真卿', '顏真卿', 'exact'],
    ['孟浩然', '孟皓然', 'sameSound'],
    ['孟浩然', 'Haoran Meng', 'sameSound'],
    ['孟浩然', 'MENGHAORAN', 'sameSound'],
    ['孟浩然', 'Meng Haorn', 'close'],
    ['孟浩然', 'Menghaorn', 'informal'],
    ['孟浩然', '孟*然', 'masked'],
    ['孟浩然', '*浩然', 'masked'],
    ['孟浩然', '孟先生', 'familyFits'],
    ['孟浩然', '孟**', 'familyFits'],
    ['孟先生', '孟**', 'familyFits'],
    ['Meng Haoran', '孟女士', 'familyFits'],
    ['孟浩然', '孟浩明', 'sharedCharacter'],
    ['孟浩然', '孟轲', 'sameFamily'],
    ['孟浩然', '孟*明', 'sameFamily'],
    ['孟浩然', '王维', 'different'],
    ['孟浩然', '王先生', 'different'],
    ['孟浩然', '追光的人', 'informal'],
    ['追光的人', '追光的人', 'exact'],
    ['追光的人', 'Buttercup', 'informal'],
    ['John Smith', 'Smith, John', 'exact'],
    ['John Smith', 'Jon Smith', 'close'],
    ['John Smith', 'J Smith', 'masked'],
    ['John Smith', 'Mary Smith', 'sameFamily'],
    ['Mark Smith', 'Mary Smith', 'sameFamily'],
    ['John Smith', 'Mary Jones', 'different'],
  ])('%s, %s: %s', (left, right, level) => {
    expect(likeness(left, right)).toEqual([level, level]);
  });
});
