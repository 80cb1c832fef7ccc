import { BIRTHDAY_LEVELS, likenessOfBirthdays, parseBirthday } from '../comparing/birthday.rules.js';
import { EMAIL_LEVELS, likenessOfEmails, parseEmailAddress } from '../comparing/email-address.rules.js';
import { IDENTIFIER_LEVELS, likenessOfIdentifiers, parseIdentifier } from '../comparing/identifier-code.rules.js';
import { parsePersonName } from '../comparing/person-name.rules.js';
import { likenessOfNames, PERSON_NAME_LEVELS } from '../comparing/person-name-likeness.rules.js';
import { likenessOfPhones, PHONE_LEVELS, parsePhoneNumber } from '../comparing/phone-number.rules.js';
import {
  CODE_LEVELS,
  GENDER_LEVELS,
  likenessOfCodes,
  likenessOfGenders,
  likenessOfNumbers,
  likenessOfTexts,
  NUMBER_LEVELS,
  parseGenderWord,
  parseNumber,
  parseStreet,
  parseText,
  TEXT_LEVELS,
} from '../comparing/plain-text.rules.js';
import { parseAddress } from '../comparing/postal-address.rules.js';
import { ADDRESS_LEVELS, likenessOfAddresses } from '../comparing/postal-address-likeness.rules.js';
import type { FieldKind } from './match-schema.js';

/** A value that was read; two with the same key are equal. */
export interface ReadValue {
  readonly key: string;
}

/** How likely each level is: between records of one person, of two people, and of two people who share a home. */
export interface LevelChances {
  readonly match: readonly number[];
  readonly random: readonly number[];
  readonly household: readonly number[];
}

/** How values of a kind are read and compared, and what is taken of them before a file or database has taught better. */
export interface Comparison {
  readonly levels: readonly string[];
  readonly read: (values: readonly string[]) => ReadValue | undefined;
  /** The level two values agree at; undefined where they say nothing of each other. */
  readonly likeness: (left: ReadValue, right: ReadValue) => string | undefined;
  readonly chances: LevelChances;
  /** Names one person or thing, so how many people hold a value grades `exact`; a person may well have several. */
  readonly isIdentifying: boolean;
  /** A rare value that agrees says more than a frequent one. */
  readonly isFrequencyWeighted: boolean;
  /** A person has one of it, so that all values known of them have a say; of the others the best pair of values does. */
  readonly isSingle: boolean;
}

type Definition<V extends ReadValue> = Omit<Comparison, 'likeness' | 'read'> & {
  read: (values: readonly string[]) => V | undefined;
  likeness: (left: V, right: V) => string | undefined;
};

/** A field's values are read by its own comparison alone, so they are of its type. */
function comparison<V extends ReadValue>({ likeness, ...rest }: Definition<V>): Comparison {
  return { ...rest, likeness: (left, right) => likeness(left as V, right as V) };
}

const first =
  <V>(read: (text: string) => V) =>
  ([value = '']: readonly string[]) =>
    read(value);
const IDENTIFYING = { isIdentifying: true, isFrequencyWeighted: false, isSingle: false };
const NAMING = { isIdentifying: false, isFrequencyWeighted: true, isSingle: true };
const PLACING = { isIdentifying: false, isFrequencyWeighted: true, isSingle: false };

const TEXT_CHANCES: LevelChances = {
  match: [0.84, 0.08, 0.03, 0.05],
  random: [0.005, 0.002, 0.013, 0.98],
  household: [0.05, 0.01, 0.02, 0.92],
};

const text = comparison({
  ...PLACING,
  levels: TEXT_LEVELS,
  read: first(parseText),
  likeness: likenessOfTexts,
  chances: TEXT_CHANCES,
});

/** The comparison of each kind; a timestamp is kept to tell earlier from later and compared with nothing. */
export const COMPARISONS: Readonly<Record<FieldKind, Comparison>> = {
  personName: comparison({
    ...NAMING,
    levels: PERSON_NAME_LEVELS,
    read: first(parsePersonName),
    likeness: likenessOfNames,
    chances: {
      match: [0.62, 0.07, 0.03, 0.004, 0.08, 0.002, 0.003, 0.004, 0.187],
      random: [0.0003, 0.0007, 0.0005, 0.0005, 0.012, 0.0015, 0.03, 0.7345, 0.22],
      household: [0.001, 0.001, 0.005, 0.001, 0.1, 0.079, 0.38, 0.233, 0.2],
    },
  }),
  givenName: comparison({
    ...NAMING,
    levels: TEXT_LEVELS,
    read: first(parseText),
    likeness: likenessOfTexts,
    chances: { ...TEXT_CHANCES, household: [0.01, 0.01, 0.02, 0.96] },
  }),
  familyName: comparison({
    ...NAMING,
    levels: TEXT_LEVELS,
    read: first(parseText),
    likeness: likenessOfTexts,
    chances: { ...TEXT_CHANCES, household: [0.7, 0.02, 0.02, 0.26] },
  }),
  birthday: comparison({
    ...NAMING,
    levels: BIRTHDAY_LEVELS,
    read: first(parseBirthday),
    likeness: likenessOfBirthdays,
    chances: {
      match: [0.93, 0.006, 0.015, 0.03, 0.005, 0.014],
      random: [0.00005, 0.00002, 0.0008, 0.0001, 0.03, 0.96903],
      household: [0.01, 0.0001, 0.001, 0.001, 0.03, 0.9579],
    },
  }),
  gender: comparison({
    isIdentifying: false,
    isFrequencyWeighted: false,
    isSingle: true,
    levels: GENDER_LEVELS,
    read: first(parseGenderWord),
    likeness: likenessOfGenders,
    chances: { match: [0.98, 0.02], random: [0.5, 0.5], household: [0.45, 0.55] },
  }),
  phone: comparison({
    ...IDENTIFYING,
    levels: PHONE_LEVELS,
    read: first(parsePhoneNumber),
    likeness: likenessOfPhones,
    chances: {
      match: [0.68, 0.05, 0.005, 0.08, 0.035, 0.15],
      random: [1e-7, 1e-6, 1e-6, 2e-6, 2e-6, 0.9999939],
      household: [0.005, 0.08, 0.005, 0.01, 0.005, 0.895],
    },
  }),
  email: comparison({
    ...IDENTIFYING,
    levels: EMAIL_LEVELS,
    read: first(parseEmailAddress),
    likeness: likenessOfEmails,
    chances: {
      match: [0.84, 0.01, 0.001, 0.02, 0.02, 0.019, 0.09],
      random: [1e-7, 1e-7, 1e-7, 1e-7, 1e-7, 1e-4, 0.9998995],
      household: [0.01, 0.02, 0.001, 0.001, 0.001, 0.001, 0.966],
    },
  }),
  identifier: comparison({
    ...IDENTIFYING,
    levels: IDENTIFIER_LEVELS,
    read: ([value = '', scope = '']) => parseIdentifier(value, scope),
    likeness: likenessOfIdentifiers,
    chances: {
      match: [0.85, 0.03, 0.005, 0.015, 0.1],
      random: [1e-7, 5e-7, 1e-6, 1e-6, 0.9999974],
      household: [0.005, 0.04, 0.005, 0.0005, 0.9495],
    },
  }),
  address: comparison({
    ...PLACING,
    levels: ADDRESS_LEVELS,
    read: parseAddress,
    likeness: likenessOfAddresses,
    chances: {
      match: [0.68, 0.04, 0.12, 0.005, 0.01, 0.03, 0.085, 0.03],
      random: [1e-5, 1e-5, 3e-5, 1e-4, 0.0005, 0.015, 0.04, 0.94435],
      household: [0.7, 0.04, 0.14, 0.01, 0.01, 0.02, 0.06, 0.02],
    },
  }),
  street: comparison({
    ...PLACING,
    levels: TEXT_LEVELS,
    read: first(parseStreet),
    likeness: likenessOfTexts,
    chances: TEXT_CHANCES,
  }),
  locality: text,
  postcode: comparison({
    ...PLACING,
    levels: CODE_LEVELS,
    read: first(parseText),
    likeness: likenessOfCodes,
    chances: { match: [0.9, 0.05, 0.05], random: [0.005, 0.01, 0.985], household: [0.9, 0.05, 0.05] },
  }),
  text,
  number: comparison({
    ...PLACING,
    levels: NUMBER_LEVELS,
    read: first(parseNumber),
    likeness: likenessOfNumbers,
    chances: { match: [0.88, 0.06, 0.06], random: [0.01, 0.1, 0.89], household: [0.9, 0.05, 0.05] },
  }),
  timestamp: comparison({
    ...PLACING,
    levels: [],
    read: () => undefined,
    likeness: () => undefined,
    chances: { match: [], random: [], household: [] },
  }),
};

/** The grades of `exact` of an identifying value: how many people hold it. */
export type HolderGrade = 0 | 1 | 2;

/** One person, two, or more. */
export function gradeOfHolders(persons: number): HolderGrade {
  return persons <= 1 ? 0 : persons === 2 ? 1 : 2;
}
