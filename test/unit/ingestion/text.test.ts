import { describe, expect, test } from '@jest/globals';
import { cleanIdentifier, cleanText } from '../../../src/ingestion/text.rules.js';

describe('free text', () => {
  test.each([
    ['ends are trimmed', '  王芳 \n', '王芳'],
    ['full-width letters and digits become plain', 'ＡＢｃ１２３', 'ABc123'],
    ['full-width punctuation stays', '你好，世界！', '你好，世界！'],
    ['a zero-width space goes', 'a\u200bb', 'ab'],
    ['a byte order mark and direction marks go', '\ufeff\u202aab\u202c\u200e', 'ab'],
    ['a soft hyphen goes', 'co\u00adop', 'coop'],
    ['a stray joiner goes', '王\u200d芳', '王芳'],
    ['a joiner inside an emoji stays', '\u{1f468}\u200d\u{1f469}', '\u{1f468}\u200d\u{1f469}'],
    ['letters and marks are composed', 'e\u0301', '\u00e9'],
  ])('%s', (_, given, clean) => {
    expect(cleanText(given)).toBe(clean);
  });
});

describe('text that identifies', () => {
  test.each([
    ['full-width punctuation becomes plain', 'ａ＠ｂ．ｃｎ', 'a@b.cn'],
    ['an ideographic space is a space', '\u3000u1\u3000', 'u1'],
    ['every joiner goes', '\u{1f468}\u200d\u{1f469}', '\u{1f468}\u{1f469}'],
    ['case stays', 'AbC', 'AbC'],
  ])('%s', (_, given, clean) => {
    expect(cleanIdentifier(given)).toBe(clean);
  });
});
