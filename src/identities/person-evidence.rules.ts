import { likenessOfBirthdays, parseBirthday } from '../comparing/birthday.rules.js';
import { nameSyllables } from '../comparing/chinese-text.rules.js';
import { isFormBirthday } from '../comparing/default-birthday.rules.js';
import { readPersonName, type WrittenName } from '../comparing/person-name.rules.js';

/** A full name, as names are compared: what sounds alike is alike. */
export interface FullName {
  /** Syllables or words without case and marks, the family name first where it is Chinese, else sorted. */
  readonly sounds: readonly string[];
  readonly isHan: boolean;
  /** How the family name sounds; '' where it is not known which it is. */
  readonly family: string;
}

/** What an account says of who its person is, as far as that can tell two people apart. */
export interface PersonEvidence {
  readonly name: FullName | null;
  /** An ISO date that a person may have chosen. */
  readonly birthday: string | null;
  /** Blinded, by namespace. */
  readonly unionIds: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Why two accounts can't be one person. */
export type Conflict = 'OTHER_BIRTHDAY' | 'OTHER_UNION_ID' | 'OTHER_GIVEN_NAME';

/** The full name that a text gives; null where it is masked, a title, a nickname, a single word, or none. */
export function fullNameOf(text: unknown): FullName | null {
  const name = typeof text === 'string' ? readPersonName(text) : undefined;
  if (name?.form !== 'full') return null;
  if (!name.isChinese) return name.words.length > 1 ? { sounds: plainWords(name), isHan: false, family: '' } : null;
  const sounds = nameSyllables(name.text);
  return { sounds, isHan: true, family: sounds.slice(0, name.family.length).join('') };
}

function plainWords({ words }: WrittenName): string[] {
  return words.map((word) => word.normalize('NFD').replace(/[\p{M}'’]/gu, '')).sort();
}

/** The birthday that a text gives, as an ISO date, where it is a whole day that a person chose; else null. */
export function chosenBirthday(text: unknown): string | null {
  const birthday = typeof text === 'string' ? parseBirthday(text) : undefined;
  return birthday && birthday.year !== '' && !isFormBirthday(birthday) ? birthday.key : null;
}

/**
 * What a full name is counted by: people who spell it differently, in characters or in Latin letters with the family
 * name first or last, count once.
 */
export function nameToken({ sounds, isHan, family }: FullName): string {
  if (!isHan) return sounds.join(' ');
  return [family, sounds.join('').slice(family.length)].sort().join(' ');
}

/** All that a full name says, as text. */
export function nameText({ sounds, isHan }: FullName): string {
  return [isHan ? 'han' : 'latin', ...sounds].join(' ');
}

/** Whether two full names sound alike; which of two Chinese names is the family's is known. */
function soundAlike(a: FullName, b: FullName): boolean {
  return a.isHan && b.isHan ? nameText(a) === nameText(b) : nameToken(a) === nameToken(b);
}

/** Whether two full names of one script name two people; names of two scripts say nothing. */
function namesDiffer(a: FullName | null, b: FullName | null): boolean {
  return a !== null && b !== null && a.isHan === b.isHan && !soundAlike(a, b);
}

/** Whether two birthdays are two people's: no slip explains how they differ. */
function birthdaysDiffer(a: string | null, b: string | null): boolean {
  if (a === null || b === null || a === b) return false;
  const [left, right] = [parseBirthday(a), parseBirthday(b)];
  return left !== undefined && right !== undefined && likenessOfBirthdays(left, right) === 'different';
}

function unionIdsDiffer(a: PersonEvidence['unionIds'], b: PersonEvidence['unionIds']): boolean {
  return [...a].some(([namespace, own]) => {
    const others = b.get(namespace);
    return others !== undefined && ![...own].some((key) => others.has(key));
  });
}

/** Twins: born the same day into the same family, each with a given name. */
function areTwins(a: PersonEvidence, b: PersonEvidence): boolean {
  const isSameDay = a.birthday !== null && a.birthday === b.birthday;
  return isSameDay && a.name?.isHan === true && a.name.family === b.name?.family && namesDiffer(a.name, b.name);
}

/**
 * Why two accounts can't be one person, whatever identifier they share: two birthdays that no slip explains, two union
 * ids of one platform with two full names, or twins. Undefined where nothing speaks against it.
 */
export function conflictOf(a: PersonEvidence, b: PersonEvidence): Conflict | undefined {
  if (birthdaysDiffer(a.birthday, b.birthday)) return 'OTHER_BIRTHDAY';
  if (areTwins(a, b)) return 'OTHER_GIVEN_NAME';
  return namesDiffer(a.name, b.name) && unionIdsDiffer(a.unionIds, b.unionIds) ? 'OTHER_UNION_ID' : undefined;
}

/** How far two accounts agree on who their person is: 0 to 2, one for the name and one for the birthday. */
export function agreementOf(a: PersonEvidence, b: PersonEvidence): number {
  const isSameName = a.name !== null && b.name !== null && soundAlike(a.name, b.name);
  const isSameDay = a.birthday !== null && a.birthday === b.birthday;
  return Number(isSameName) + Number(isSameDay);
}
