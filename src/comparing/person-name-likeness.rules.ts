import type { PersonName } from './person-name.rules.js';
import { fitsMask, isOneEditApart, jaroWinkler } from './similarity.rules.js';

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

const CLOSE_WORD = 0.9;
const CLOSE_WHOLE = 0.95;

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
  return isCloseLatin(left, right) ? 'close' : sharedWord(left, right);
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

/** Word by word; where they are divided into words differently, letter by letter. */
function isCloseLatin(left: PersonName, right: PersonName): boolean {
  const [words, others] = [left.text.split(' '), right.text.split(' ')];
  if (words.length === others.length && words.length > 1)
    return words.every((word) => others.some((other) => jaroWinkler(word, other) >= CLOSE_WORD));
  return left.sounds.some((sound) => right.sounds.some((other) => jaroWinkler(sound, other) >= CLOSE_WHOLE));
}

/** Some words are the same: the others may be initials of each other. */
function sharedWord(left: PersonName, right: PersonName): PersonNameLevel {
  const [words, others] = [left.text.split(' '), right.text.split(' ')];
  const rest = words.filter((word) => !others.includes(word));
  if (rest.length === words.length) return 'different';
  const isInitial = (word: string) => others.some((other) => isInitialOf(word, other) || isInitialOf(other, word));
  return rest.length > 0 && rest.every(isInitial) ? 'masked' : 'sameFamily';
}

function isInitialOf(initial: string, word: string): boolean {
  return initial.length === 1 && word.startsWith(initial);
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
