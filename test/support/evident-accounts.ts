import { IdentifierType } from '../../src/channels/identifier-type.js';
import type { Component } from '../../src/identities/component.rules.js';
import { chosenBirthday, fullNameOf, type PersonEvidence } from '../../src/identities/person-evidence.rules.js';
import type { EvidentAccount, HeldIdentifier } from '../../src/identities/persons-in-making.rules.js';

const DAY = 86_400_000;
/** A Monday. */
const START = Date.UTC(2026, 0, 5);

/** What an account of a test says of its person. */
export interface Said {
  readonly name?: string;
  readonly birthday?: string;
  readonly unionId?: string;
}

/** What tells a person from others. */
export function person({ name, birthday, unionId }: Said = {}): PersonEvidence {
  const unionIds = new Map(unionId ? [['', new Set([unionId])]] : []);
  return { name: fullNameOf(name), birthday: chosenBirthday(birthday), unionIds };
}

/** An identifier, seen on one day or over some, counted from a Monday. */
export function held(type: keyof typeof IdentifierType, value: string, from = 0, to = from): HeldIdentifier {
  const [first, last] = [new Date(START + from * DAY), new Date(START + to * DAY)];
  return { key: `${type} ${value}`, type: IdentifierType[type], scope: '', from: first, to: last };
}

/** An account that holds something and says something. */
export function account(id: string, identifiers: readonly HeldIdentifier[], said: Said = {}): EvidentAccount {
  return { id, held: identifiers, person: person(said) };
}

/** A component of accounts, of which nobody said anything. */
export function componentOf(accounts: readonly EvidentAccount[], others: Partial<Component> = {}): Component {
  return { accounts, shared: new Map(), merges: [], partings: [], likenesses: [], ...others };
}
