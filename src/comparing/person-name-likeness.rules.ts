import type { PersonName } from './person-name.rules.js';
import { isOneEditApart, jaroWinkler } from './similarity.rules.js';

/** How two whole names agree, from best to worst; last, that one is a nickname, which says little. */
export const PERSON_NAME_LEVELS = [
  'exact',
  'sameSound',
  'masked',
  'close',
  'familyFits',
  'sharedCharacter',
  'sameFamily',
  'different',
  'informal',
] as const;

export type PersonNameLevel = (typeof PERSON_NAME_LEVELS)[number];

const CLOSE = 0.92;

/** How two names agree. */
export function likenessOfNames(left: PersonName, right: PersonName): PersonNameLevel {
  if (left.text === right.text && left.form === right.form) return sameText(left);
  if (left.form === 'other' || right.form === 'other') return 'informal';
  if (left.form === 'full' && right.form === 'full') return likenessOfFull(left, right);
  return likenessOfPartial(left, right);
}

function sameText({ form }: PersonName): PersonNameLevel {
  if (form === 'masked') return 'masked';
  return form === 'family' ? 'familyFits' : 'exact';
}

function likenessOfFull(left: PersonName, right: PersonName): PersonNameLevel {
  if (left.sounds.some((sound) => right.sounds.includes(sound))) return 'sameSound';
  if (left.isChinese && right.isChinese) return likenessOfChinese(left, right);
  if (left.isChinese !== right.isChinese) return likenessAcrossScripts(left, right);
  return isCloseLatin(left, right) ? 'close' : sharedWord(left.text, right.text);
}

function likenessOfChinese(left: PersonName, right: PersonName): PersonNameLevel {
  const isFamilySame = left.familySound === right.familySound;
  if (!isFamilySame) return 'different';
  const given = right.text.slice(right.family.length);
  const shares = [...left.text.slice(left.family.length)].some((character) => given.includes(character));
  return shares ? 'sharedCharacter' : 'sameFamily';
}

/** Pinyin against characters: one letter may be wrong; the family name may stand first or last. */
function likenessAcrossScripts(left: PersonName, right: PersonName): PersonNameLevel {
  const [chinese, latin] = left.isChinese ? [left, right] : [right, left];
  const sound = chinese.sounds[0] ?? '';
  if (latin.sounds.some((other) => isOneEditApart(sound, other))) return 'close';
  return latin.sounds.some((other) => other.startsWith(chinese.familySound)) ? 'sameFamily' : 'different';
}

function isCloseLatin(left: PersonName, right: PersonName): boolean {
  return left.sounds.some((sound) => right.sounds.some((other) => jaroWinkler(sound, other) >= CLOSE));
}

function sharedWord(left: string, right: string): PersonNameLevel {
  const words = right.split(' ');
  const shared = left.split(' ').filter((word) => words.includes(word));
  if (shared.length === 0) return 'different';
  const isInitial = (one: string) =>
    words.some((word) => word[0] === one[0] && (word.length === 1 || one.length === 1));
  const others = left.split(' ').filter((word) => !words.includes(word));
  return others.length > 0 && others.every(isInitial) ? 'masked' : 'sameFamily';
}

/** At least one is masked or a family name alone: whether it may be the other, and how much of it is seen. */
function likenessOfPartial(left: PersonName, right: PersonName): PersonNameLevel {
  if (!left.isChinese || !right.isChinese) return likenessOfFamilyOnly(left, right);
  if (left.family !== '' && right.family !== '' && left.familySound !== right.familySound) return 'different';
  if (left.form === 'family' || right.form === 'family') {
    return left.family !== '' && right.family !== '' ? 'familyFits' : 'informal';
  }
  return fitsMask(left.text, right.text) ? 'masked' : 'sameFamily';
}

function likenessOfFamilyOnly(left: PersonName, right: PersonName): PersonNameLevel {
  const [chinese, latin] = left.isChinese ? [left, right] : [right, left];
  if (chinese.familySound === '') return 'informal';
  return latin.sounds.some((sound) => sound.startsWith(chinese.familySound)) ? 'familyFits' : 'different';
}

/** Whether two names of equal length agree wherever neither hides a character. */
function fitsMask(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  return [...left].every((character, at) => character === '*' || right[at] === '*' || character === right[at]);
}
