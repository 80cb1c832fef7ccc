import { familyNameLength, familyNames, isFamilyName } from './chinese-surnames.js';
import { hasHan, isHan, nameSyllables, simplified } from './chinese-text.rules.js';

/** A whole name, read. A part that isn't known is ''. */
export interface PersonName {
  readonly key: string;
  /**
   * `full`: family and given name; `masked`: some characters are `*`; `family`: nothing but the family name;
   * `other`: a nickname, a single word, or anything else that names no person by custom.
   */
  readonly form: 'full' | 'masked' | 'family' | 'other';
  readonly isChinese: boolean;
  /** Chinese: simplified characters, `*` for a hidden one. Latin: the words, sorted. */
  readonly text: string;
  readonly family: string;
  /** Family name first, in pinyin or Latin letters without blanks; Latin names have one a possible order. */
  readonly sounds: readonly string[];
  readonly familySound: string;
}

const MARKS = /[*?○〇×某#]/gu;
const MASK_LETTERS = /(?<=[\p{Script=Han}*])[x]+|[x]+(?=\p{Script=Han})/gu;
const NOTES = /[-–—_/|,，、;；:：(（[【{<《"“+&@!！~]/u;
const BETWEEN_NAMES = /(?<=\p{Script=Han})[·•・.](?=\p{Script=Han})/gu;
const TITLES_AFTER_ANY =
  /(?:先生|女士|小姐|太太|夫人|老师|经理|主任|老板|医生|大夫|师傅|同学|同志|教授|律师|阿姨|叔叔|大哥|大姐|女生|男士)$/u;
const TITLES_AFTER_FAMILY = /^(.{1,2})(?:总|哥|姐|叔|姨|工|董|局|处|妈|爸|爷|伯|嫂|婶|生)$/u;
const FAMILIAR = /^[老小阿](.)$/u;
const LONGEST_FULL = 4;
const LATIN_WORD = /^[\p{Script=Latin}'’]+$/u;
const SYLLABLE =
  '(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|an|en|in|un|vn|ai|ei|ui|ao|ou|iu|ie|ue|ve|er|ia|ua|uo|a|o|e|i|u|v)';
const ONE_TO_TWO_SYLLABLES = new RegExp(`^(?:${SYLLABLE}){1,2}$`);
const LONGEST_FAMILY_SOUND = 9;

let familySounds: ReadonlySet<string> | undefined;

/** How Chinese family names sound. */
function knownFamilySounds(): ReadonlySet<string> {
  familySounds ??= new Set(familyNames().map((name) => nameSyllables(name).join('')));
  return familySounds;
}

const NOTHING = { family: '', sounds: [], familySound: '' } as const;

/** A name, read; undefined where the text has no letter. */
export function parsePersonName(text: string): PersonName | undefined {
  const folded = text.normalize('NFKC').toLowerCase().trim();
  return hasHan(folded) ? chineseName(folded) : latinName(folded);
}

/** The name itself: without what staff note behind it, and without blanks inside. */
function withoutNotes(folded: string): string {
  const joined = folded.replace(BETWEEN_NAMES, '');
  const head = joined.split(NOTES).find((part) => hasHan(part)) ?? joined;
  const words = head.trim().split(/\s+/u);
  const [first = ''] = words;
  const isWhole = first.length > 1 && isHan(first) && !isFamilyName(simplified(first));
  return isWhole ? first : words.join('');
}

function chineseName(folded: string): PersonName | undefined {
  const bare = withoutNotes(folded)
    .replace(MARKS, '*')
    .replace(MASK_LETTERS, (run) => '*'.repeat(run.length));
  const untitled = withoutTitle(simplified(bare));
  const text = untitled.text;
  if (!/^[\p{Script=Han}*]+$/u.test(text)) return named('other', true, text, NOTHING);
  if (untitled.isFamily) return familyAlone(text);
  if (text.includes('*')) return maskedName(text);
  const family = familyNameLength(text);
  const isFull = family > 0 && text.length > family && text.length <= family + (family === 2 ? 2 : 2);
  const isLong = folded.length > LONGEST_FULL && BETWEEN_NAMES.test(folded);
  if (!isFull || isLong) return named('other', true, text, NOTHING);
  return fullName(text, text.slice(0, family));
}

function withoutTitle(text: string): { text: string; isFamily: boolean } {
  const bare = text.replace(TITLES_AFTER_ANY, '');
  if (bare !== text && bare !== '') return { text: bare, isFamily: isFamilyName(bare) };
  const [, family = ''] = TITLES_AFTER_FAMILY.exec(text) ?? [];
  if (isFamilyName(family)) return { text: family, isFamily: true };
  const [, familiar = ''] = FAMILIAR.exec(text) ?? [];
  return isFamilyName(familiar) ? { text: familiar, isFamily: true } : { text, isFamily: isFamilyName(text) };
}

function named(
  form: PersonName['form'],
  isChinese: boolean,
  text: string,
  rest: Pick<PersonName, 'family' | 'sounds' | 'familySound'>,
): PersonName {
  return { key: `${form}:${text}`, form, isChinese, text, ...rest };
}

function familyAlone(family: string): PersonName {
  return named('family', true, family, { family, sounds: [], familySound: nameSyllables(family).join('') });
}

function maskedName(text: string): PersonName {
  const visible = text.replaceAll('*', '');
  const family = text.startsWith('*') ? '' : text.slice(0, familyNameLength(text) || 1);
  if (visible === family) return { ...familyAlone(family), key: `masked:${text}`, text };
  const familySound = family === '' ? '' : nameSyllables(family).join('');
  return named('masked', true, text, { family, sounds: [], familySound });
}

function fullName(text: string, family: string): PersonName {
  const syllables = nameSyllables(text);
  return named('full', true, text, {
    family,
    sounds: [syllables.join('')],
    familySound: syllables.slice(0, family.length).join(''),
  });
}

function latinName(folded: string): PersonName | undefined {
  const words = folded.split(/[\s,.;_-]+/u).filter((word) => /\p{L}/u.test(word));
  if (words.length === 0) return undefined;
  const text = [...words].sort().join(' ');
  if (!words.every((word) => LATIN_WORD.test(word))) return named('other', false, text, NOTHING);
  if (words.length === 1) return singleWord(text);
  const [first = '', ...rest] = words;
  const sounds = [...new Set([words.join(''), rest.join('') + first])];
  return named('full', false, text, { family: '', sounds, familySound: '' });
}

/** One Latin word is a name where it is a Chinese one in pinyin without blanks: a family name and one or two syllables more. */
function singleWord(word: string): PersonName {
  for (let end = Math.min(LONGEST_FAMILY_SOUND, word.length - 1); end > 1; end--) {
    const given = word.slice(end);
    if (knownFamilySounds().has(word.slice(0, end)) && ONE_TO_TWO_SYLLABLES.test(given))
      return named('full', false, word, { family: '', sounds: [word], familySound: '' });
  }
  return named('other', false, word, NOTHING);
}
