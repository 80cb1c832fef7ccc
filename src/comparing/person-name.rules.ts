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

/** A name as it is written: what is known of it without its sounds. */
export interface WrittenName extends Pick<PersonName, 'key' | 'form' | 'isChinese' | 'text' | 'family'> {
  /** Latin: the words in their order; Chinese: the text. */
  readonly words: readonly string[];
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
const LONGEST_GIVEN = 2;
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

/** A name, read as `parsePersonName` does, without its sounds; undefined where the text has no letter. */
export function readPersonName(text: string): WrittenName | undefined {
  const folded = text.normalize('NFKC').toLowerCase().trim();
  return hasHan(folded) ? chineseName(folded) : latinName(folded);
}

/** A name, read; undefined where the text has no letter. */
export function parsePersonName(text: string): PersonName | undefined {
  const written = readPersonName(text);
  if (!written) return undefined;
  const { key, form, isChinese, family } = written;
  return { key, form, isChinese, text: written.text, family, ...soundsOf(written) };
}

function soundsOf({ form, isChinese, text, family, words }: WrittenName): Pick<PersonName, 'sounds' | 'familySound'> {
  if (!isChinese) {
    const [first = '', ...rest] = words;
    const sounds = form === 'full' ? [...new Set([words.join(''), rest.join('') + first])] : [];
    return { sounds, familySound: '' };
  }
  if (form !== 'full') return { sounds: [], familySound: family === '' ? '' : nameSyllables(family).join('') };
  const syllables = nameSyllables(text);
  return { sounds: [syllables.join('')], familySound: syllables.slice(0, family.length).join('') };
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

/** A run of `x` beside characters hides some, as a run of `*` does. */
function withoutMaskLetters(text: string): string {
  return text.replace(MARKS, '*').replace(MASK_LETTERS, (run) => '*'.repeat(run.length));
}

function chineseName(folded: string): WrittenName | undefined {
  const isPlain = isHan(folded);
  const bare = (isPlain ? folded : withoutMaskLetters(withoutNotes(folded))).replace(MARKS, '*');
  const untitled = withoutTitle(simplified(bare));
  const text = untitled.text;
  if (!isPlain && !/^[\p{Script=Han}*]+$/u.test(text)) return chinese('other', text);
  if (untitled.isFamily) return chinese('family', text, text);
  if (text.includes('*')) return maskedName(text);
  const family = familyNameLength(text);
  const isFull = family > 0 && text.length > family && text.length <= family + LONGEST_GIVEN;
  const isLong = folded.length > LONGEST_FULL && BETWEEN_NAMES.test(folded);
  return isFull && !isLong ? chinese('full', text, text.slice(0, family)) : chinese('other', text);
}

function withoutTitle(text: string): { text: string; isFamily: boolean } {
  const bare = text.replace(TITLES_AFTER_ANY, '');
  if (bare !== text && bare !== '') return { text: bare, isFamily: isFamilyName(bare) };
  const [, family = ''] = TITLES_AFTER_FAMILY.exec(text) ?? [];
  if (isFamilyName(family)) return { text: family, isFamily: true };
  const [, familiar = ''] = FAMILIAR.exec(text) ?? [];
  return isFamilyName(familiar) ? { text: familiar, isFamily: true } : { text, isFamily: isFamilyName(text) };
}

function chinese(form: PersonName['form'], text: string, family = ''): WrittenName {
  return { key: `${form}:${text}`, form, isChinese: true, text, family, words: [text] };
}

function latin(form: PersonName['form'], words: readonly string[]): WrittenName {
  const text = [...words].sort().join(' ');
  return { key: `${form}:${text}`, form, isChinese: false, text, family: '', words };
}

function maskedName(text: string): WrittenName {
  const visible = text.replaceAll('*', '');
  const family = text.startsWith('*') ? '' : text.slice(0, familyNameLength(text) || 1);
  const form = visible === family ? 'family' : 'masked';
  return { ...chinese(form, text, family), key: `masked:${text}` };
}

function latinName(folded: string): WrittenName | undefined {
  const words = folded.split(/[\s,.;_-]+/u).filter((word) => /\p{L}/u.test(word));
  const [first] = words;
  if (first === undefined) return undefined;
  const areWords = words.every((word) => LATIN_WORD.test(word));
  return latin(areWords && (words.length > 1 || isNameInPinyin(first)) ? 'full' : 'other', words);
}

/** One Latin word is a name where it is a Chinese one in pinyin without blanks: a family name and one or two syllables more. */
function isNameInPinyin(word: string): boolean {
  for (let end = Math.min(LONGEST_FAMILY_SOUND, word.length - 1); end > 1; end--)
    if (knownFamilySounds().has(word.slice(0, end)) && ONE_TO_TWO_SYLLABLES.test(word.slice(end))) return true;
  return false;
}
