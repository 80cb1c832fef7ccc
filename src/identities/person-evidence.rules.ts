import { pinyin } from 'pinyin-pro';

const MASKED = /[*＊×○?？]/u;
const HAN_NAME = /^\p{Script=Han}{2,4}$/u;
const LATIN_NAME = /^\p{Script=Latin}+(?: \p{Script=Latin}+)+$/u;
const TITLE = /(?:先生|女士|小姐|太太|老师|同学|经理|总|哥|姐|师傅)$/u;
/** What forms fill in where nobody chose a day. */
const DEFAULT_BIRTHDAYS = new Set(['1900-01-01', '1970-01-01', '1980-01-01', '1990-01-01', '2000-01-01']);
const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** A full name, as names are compared: what sounds alike is alike. */
export interface FullName {
  /** Syllables or words without case and marks, the family name first where it is Chinese. */
  readonly sounds: readonly string[];
  readonly isHan: boolean;
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

/** The full name that a text gives; null where it is masked, a title, a single word, or none. */
export function fullNameOf(text: unknown): FullName | null {
  if (typeof text !== 'string' || MASKED.test(text)) return null;
  const clean = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[·•.,'’_-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const joined = clean.replaceAll(' ', '');
  if (HAN_NAME.test(joined)) {
    if (TITLE.test(joined)) return null;
    return { sounds: pinyin(joined, { toneType: 'none', type: 'array', surname: 'head', v: true }), isHan: true };
  }
  if (!LATIN_NAME.test(clean)) return null;
  const words = clean.normalize('NFD').replace(/\p{M}/gu, '').split(' ');
  return { sounds: words.sort(), isHan: false };
}

/** The birthday that a text gives, where it is a day that a person chose; else null. */
export function chosenBirthday(text: unknown): string | null {
  return typeof text === 'string' && ISO_DATE.test(text) && !DEFAULT_BIRTHDAYS.has(text) ? text : null;
}

/** What a full name is counted by: people who spell it differently count once. */
export function nameToken({ sounds }: FullName): string {
  return sounds.join(' ');
}

/** Whether two full names of one script name two people; names of two scripts say nothing. */
function namesDiffer(a: FullName | null, b: FullName | null): boolean {
  return a !== null && b !== null && a.isHan === b.isHan && nameToken(a) !== nameToken(b);
}

/** Whether two birthdays are two people's: at least two of year, month and day differ, and they aren't swapped. */
function birthdaysDiffer(a: string | null, b: string | null): boolean {
  const [left, right] = [ISO_DATE.exec(a ?? ''), ISO_DATE.exec(b ?? '')];
  if (!left || !right) return false;
  const differing = [1, 2, 3].filter((part) => left[part] !== right[part]).length;
  const isSwapped = left[1] === right[1] && left[2] === right[3] && left[3] === right[2];
  return differing >= 2 && !isSwapped;
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
  return isSameDay && a.name?.isHan === true && a.name.sounds[0] === b.name?.sounds[0] && namesDiffer(a.name, b.name);
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
  const isSameName = a.name !== null && b.name !== null && nameToken(a.name) === nameToken(b.name);
  const isSameDay = a.birthday !== null && a.birthday === b.birthday;
  return Number(isSameName) + Number(isSameDay);
}
