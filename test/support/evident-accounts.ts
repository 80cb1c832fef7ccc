import { IdentifierType } from '../../src/channels/identifier-type.js';
import type { AlikeEvidence, Likeness } from '../../src/identities/alike.rules.js';
import type { Component } from '../../src/identities/component.rules.js';
import { chosenBirthday, fullNameOf, type PersonEvidence } from '../../src/identities/person-evidence.rules.js';
import type { EvidentAccount, HeldIdentifier } from '../../src/identities/persons-in-making.rules.js';
import type { GroupJudge } from '../../src/matching/cluster.rules.js';

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
  return { accounts, shared: new Map(), merges: [], partings: [], ...others };
}

/** Accounts that are alike, where groups are as alike as their most alike accounts. */
export function alike(pairs: readonly Likeness[], linkedFrom = 0): AlikeEvidence {
  const judgeOf = (ids: readonly string[]): GroupJudge<unknown> => {
    const weightOf = (a: string, b: string) =>
      pairs.find(({ accountIds }) => accountIds.includes(a) && accountIds.includes(b))?.weight ??
      Number.NEGATIVE_INFINITY;
    const judge: GroupJudge<readonly string[]> = {
      of: (node) => [ids[node] ?? ''],
      merged: (left, right) => [...left, ...right],
      affinity: (left, right) => Math.max(...left.flatMap((a) => right.map((b) => weightOf(a, b)))),
    };
    return judge as GroupJudge<unknown>;
  };
  return { pairs, linkedFrom, judgeOf };
}
