import type { Channel } from '../channels/channel.js';
import { IdentifierType } from '../channels/identifier-type.js';
import { type BlockedValues, mayLink } from './blocked-values.rules.js';
import { parseEmail, parsePhone } from './normalise.rules.js';
import type { ObservedIdentifier, Refusal } from './observation.js';
import { cleanIdentifier } from './text.rules.js';

const LONGEST_VALUE = 512;
const MOST_IDENTIFIERS = 50;
const TYPES = Object.values(IdentifierType);
/** These name a person the same everywhere: a namespace would only keep equal values apart. */
const UNSCOPED = new Set<IdentifierType>([IdentifierType.PHONE, IdentifierType.EMAIL, IdentifierType.DEVICE_ID]);

/** These mean something in their namespace alone; where none is named, in their channel alone. */
const SCOPED = new Set<IdentifierType>([
  IdentifierType.OPEN_ID,
  IdentifierType.EXTERNAL_USER_ID,
  IdentifierType.CUSTOM,
]);

/** Where an identifier tells people apart: its namespace, else its channel where the type has a scope, else everywhere. */
export function scopeIn(channel: Channel, { type, namespace }: Pick<ObservedIdentifier, 'type' | 'namespace'>): string {
  return namespace ?? (SCOPED.has(type) ? `channel ${channel}` : '');
}

/** What reading identifiers needs to know of the tenant and the door. */
export interface IdentifierRules {
  readonly region: string;
  /** The tenant's own values that link nobody. */
  readonly blocked: BlockedValues;
  /** Stands where a scoped identifier names no namespace. */
  readonly defaultNamespace: string | null;
}

type Outcome = { readonly identifier: ObservedIdentifier } | { readonly refusal: Refusal };

function refused(path: string, message: string): { refusal: Refusal } {
  return { refusal: { code: 'INVALID_IDENTIFIER', message, path } };
}

function normaliseValue(type: IdentifierType, value: string, region: string): string | undefined {
  if (type === IdentifierType.PHONE) return parsePhone(value, region);
  if (type === IdentifierType.EMAIL) return parseEmail(value);
  const clean = cleanIdentifier(value);
  return clean === '' ? undefined : clean;
}

function valueText(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  return typeof value === 'string' && value.length <= LONGEST_VALUE ? value : undefined;
}

const EXPECTED: Partial<Record<IdentifierType, string>> = {
  [IdentifierType.PHONE]: 'is no valid phone number; send it with its country code, as +8613912345678',
  [IdentifierType.EMAIL]: 'is no valid email address',
};

function scopeOf(type: IdentifierType, namespace: unknown, rules: IdentifierRules): string | null | undefined {
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') return undefined;
  return UNSCOPED.has(type) ? null : cleanIdentifier(namespace ?? '') || rules.defaultNamespace;
}

function readIdentifier(given: unknown, path: string, rules: IdentifierRules): Outcome {
  if (typeof given !== 'object' || given === null) return refused(path, 'must be { type, namespace, value }');
  const { type, namespace, value } = given as { type?: unknown; namespace?: unknown; value?: unknown };
  if (!TYPES.includes(type as IdentifierType)) return refused(`${path}.type`, `must be one of ${TYPES.join(', ')}`);
  const known = type as IdentifierType;
  const text = valueText(value);
  if (text === undefined) return refused(`${path}.value`, `must be text of 1 to ${LONGEST_VALUE} characters`);
  const normal = normaliseValue(known, text, rules.region);
  if (normal === undefined) return refused(`${path}.value`, EXPECTED[known] ?? 'is empty');
  const scope = scopeOf(known, namespace, rules);
  if (scope === undefined) return refused(`${path}.namespace`, 'must be text');
  const linking = mayLink(known, normal, rules.blocked);
  return { identifier: { type: known, namespace: scope, value: normal, linking } };
}

/** The key under which two identifiers are the same. */
export function identityOf(identifier: ObservedIdentifier): string {
  return `${identifier.type}\0${identifier.namespace ?? ''}\0${identifier.value}`;
}

/** Reads a list of identifiers: normalised and without repetitions, or the first fault. */
export function readIdentifiers(given: unknown, rules: IdentifierRules): ObservedIdentifier[] | Refusal {
  if (!Array.isArray(given) || given.length > MOST_IDENTIFIERS) {
    return { code: 'INVALID_IDENTIFIER', message: `must be a list of 1 to ${MOST_IDENTIFIERS}`, path: 'identifiers' };
  }
  const found = new Map<string, ObservedIdentifier>();
  for (const [index, item] of given.entries()) {
    const outcome = readIdentifier(item, `identifiers[${index}]`, rules);
    if ('refusal' in outcome) return outcome.refusal;
    found.set(identityOf(outcome.identifier), outcome.identifier);
  }
  return [...found.values()];
}

/** The identifier an account is known by: the first given that links, in the order of the types; undefined where none does. */
export function accountIdentifierOf(identifiers: readonly ObservedIdentifier[]): ObservedIdentifier | undefined {
  for (const type of TYPES) {
    const first = identifiers.find((identifier) => identifier.type === type && identifier.linking);
    if (first) return first;
  }
  return undefined;
}
