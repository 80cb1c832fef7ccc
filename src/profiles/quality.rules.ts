import type { AccountRecord } from '../channels/account.rules.js';
import type { Channel } from '../channels/channel.js';
import { STANDARD_TRAIT_NAMES, type StandardTrait } from '../channels/trait-catalogue.js';
import { parseBirthday } from '../ingestion/normalise.rules.js';
import { candidateFor, valueKey } from './survivorship.rules.js';
import type { ProfileQuality, ProfileTraits, QualityIssue } from './traits.entity.js';

const FORM: Partial<Record<StandardTrait, { isRight(value: string): boolean; readonly expected: string }>> = {
  phone: { isRight: (value) => /^\+[1-9]\d{6,14}$/.test(value), expected: 'a valid phone number' },
  email: { isRight: (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value), expected: 'a valid email address' },
  birthday: { isRight: (value) => parseBirthday(value) === value, expected: 'a day that exists' },
  gender: {
    isRight: (value) => /^(?:FEMALE|MALE|OTHER|UNKNOWN)$/.test(value),
    expected: 'FEMALE, MALE, OTHER or UNKNOWN',
  },
};

/** Whether a value of a standard trait has the form its meaning asks for; what has not is kept and never survives. */
export function isWellFormed(trait: StandardTrait, value: unknown): boolean {
  return value === null || (typeof value === 'string' && (FORM[trait]?.isRight(value) ?? true));
}

function invalidIssue(trait: StandardTrait, channel: Channel): QualityIssue {
  return {
    trait,
    code: 'INVALID',
    message: `The value from ${channel} is not ${FORM[trait]?.expected ?? 'well formed'}.`,
    channel,
  };
}

interface TraitFindings {
  readonly issues: QualityIssue[];
  readonly isObserved: boolean;
  readonly agrees: boolean;
}

function examine(trait: StandardTrait, accounts: readonly AccountRecord[]): TraitFindings {
  const issues: QualityIssue[] = [];
  const values = new Set<string>();
  for (const account of accounts) {
    const candidate = candidateFor(account, trait);
    if (!candidate || candidate.value === null) continue;
    if (isWellFormed(trait, candidate.value)) values.add(valueKey(candidate.value).toLowerCase());
    else issues.push(invalidIssue(trait, account.channel));
  }
  if (values.size > 1) {
    issues.push({
      trait,
      code: 'INCONSISTENT',
      message: `The channels hold ${values.size} different values.`,
      channel: null,
    });
  }
  return { issues, isObserved: values.size > 0, agrees: values.size === 1 };
}

/** How complete (of the required traits) and how consistent (of the observed traits) a profile is, 0 to 1 each. */
export function assessQuality(
  traits: ProfileTraits,
  accounts: readonly AccountRecord[],
  required: readonly string[],
): ProfileQuality {
  const traitValue = (trait: string) =>
    (traits as unknown as Record<string, unknown>)[trait] ?? traits.custom[trait] ?? null;
  const missing = required.filter((trait) => traitValue(trait) === null);
  const findings = STANDARD_TRAIT_NAMES.map((trait) => examine(trait, accounts));
  const observed = findings.filter(({ isObserved }) => isObserved);
  return {
    completeness: required.length === 0 ? 1 : (required.length - missing.length) / required.length,
    consistency: observed.length === 0 ? 1 : observed.filter(({ agrees }) => agrees).length / observed.length,
    issues: [
      ...missing.map((trait) => ({ trait, code: 'MISSING', message: 'A required trait has no value.', channel: null })),
      ...findings.flatMap(({ issues }) => issues),
    ],
  };
}
