import { bucketOf, type IdentifierRules } from '../channels/identifier-limits.rules.js';
import type { IdentifierType } from '../channels/identifier-type.js';
import type { ComparedValues } from '../likeness/account-judge.js';
import { groupBy } from '../platform/group-by.rules.js';
import { type Conflict, conflictOf, nameText, type PersonEvidence } from './person-evidence.rules.js';

/** An identifier that an account holds and that may link it. */
export interface HeldIdentifier {
  /** The blinded value. */
  readonly key: string;
  readonly type: IdentifierType;
  /** The namespace, or empty: limits count within it. */
  readonly scope: string;
  /** The first and the last time the account was seen with it. */
  readonly from: Date;
  readonly to: Date;
}

/** An account as the decision sees it. */
export interface EvidentAccount {
  readonly id: string;
  readonly held: readonly HeldIdentifier[];
  /** Values it holds as they are stored, where claims tell of another day: till its writer is done, limits count both. */
  readonly stored?: readonly HeldIdentifier[];
  /** Blinded values it holds that the tenant blocks: they link nothing. */
  readonly barred?: readonly string[];
  readonly person: PersonEvidence;
  /** Reads what it is compared by, where it is alike another; absent where nothing of it is known. */
  readonly compared?: () => ComparedValues;
}

/** That a person took accounts apart: no account of one side is the same person as one of the other. */
export interface Parting {
  readonly id: string;
  readonly sides: readonly [readonly string[], readonly string[]];
}

/** Why two groups of accounts are not joined. */
export type Refusal = 'PARTED' | Conflict | `LIMIT_${IdentifierType}`;

interface Counted {
  readonly type: IdentifierType;
  readonly most: number;
  readonly keys: ReadonlySet<string>;
}

/** What is known of a group of accounts that are one person so far. */
interface Group {
  readonly accountIds: readonly string[];
  readonly counted: ReadonlyMap<string, Counted>;
  /** One for each different statement, by what it says. */
  readonly evidence: ReadonlyMap<string, PersonEvidence>;
  readonly sides: ReadonlyMap<string, 0 | 1>;
}

/** Accounts on their way to becoming persons: groups that are joined where nothing forbids it. */
export class PersonsInMaking {
  private readonly groups = new Map<string, Group>();

  constructor(
    accounts: readonly EvidentAccount[],
    partings: readonly Parting[],
    private readonly rules: IdentifierRules,
  ) {
    const sides = sidesByAccount(partings);
    for (const account of accounts) {
      const evidence = new Map([[statementOf(account.person), account.person]]);
      const own = { accountIds: [account.id], counted: this.count(account), evidence };
      this.groups.set(account.id, { ...own, sides: sides.get(account.id) ?? new Map() });
    }
  }

  /** The groups as they are, each sorted, by their lowest account. */
  get persons(): string[][] {
    const distinct = [...new Set(this.groups.values())].map(({ accountIds }) => [...accountIds].sort());
    return distinct.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
  }

  areOne(a: string, b: string): boolean {
    return this.groups.get(a) === this.groups.get(b);
  }

  /** Joins the groups of two accounts; returns why not, where that is forbidden. Only a parting binds what a person joins. */
  join(a: string, b: string, isByPerson = false): Refusal | undefined {
    const [left, right] = [this.groups.get(a), this.groups.get(b)];
    if (!left || !right || left === right) return undefined;
    const refusal = refusalBetween(left, right, isByPerson);
    if (refusal) return refusal;
    const [large, small] = left.accountIds.length < right.accountIds.length ? [right, left] : [left, right];
    const joined = joinedOf(large, small);
    for (const id of joined.accountIds) this.groups.set(id, joined);
    return undefined;
  }

  /** Why the groups of two accounts may not be joined, where that is forbidden. */
  refusalOf(a: string, b: string): Refusal | undefined {
    const [left, right] = [this.groups.get(a), this.groups.get(b)];
    return left && right && left !== right ? refusalBetween(left, right) : undefined;
  }

  private count({ held, stored = [] }: EvidentAccount): Map<string, Counted> {
    const counted = new Map<string, Counted>();
    for (const one of [...held, ...stored]) {
      const { key, type } = one;
      const { most } = this.rules[type];
      if (most === null) continue;
      const place = countedUnder(one, this.rules);
      counted.set(place, { type, most, keys: new Set([...(counted.get(place)?.keys ?? []), key]) });
    }
    return counted;
  }
}

/** What a value is counted under where limits are: its type, scope and window. */
function countedUnder({ type, scope, from }: HeldIdentifier, rules: IdentifierRules): string {
  return [type, scope, bucketOf(rules[type].per, from)].join('\0');
}

/** Values that are counted together, and how many of them a person may have. */
export function countedTogether(held: readonly HeldIdentifier[], rules: IdentifierRules) {
  return [...groupBy(held, (one) => countedUnder(one, rules)).values()].map((values) => {
    const most = values[0] && rules[values[0].type].most;
    return { values, most: most ?? Number.POSITIVE_INFINITY };
  });
}

/** Whether an account by itself holds more values of a type than a person may have. */
export function isOverLimits(held: readonly HeldIdentifier[], rules: IdentifierRules): boolean {
  return countedTogether(held, rules).some(({ values, most }) => values.length > most);
}

function sidesByAccount(partings: readonly Parting[]): Map<string, Map<string, 0 | 1>> {
  const sides = new Map<string, Map<string, 0 | 1>>();
  for (const parting of partings) {
    for (const side of [0, 1] as const) {
      for (const id of parting.sides[side]) sides.set(id, new Map([...(sides.get(id) ?? []), [parting.id, side]]));
    }
  }
  return sides;
}

function statementOf({ name, birthday, unionIds }: PersonEvidence): string {
  const ids = [...unionIds].map(([namespace, keys]) => `${namespace}=${[...keys].sort().join('+')}`).sort();
  return [name ? nameText(name) : '', birthday ?? '', ...ids].join('\0');
}

function refusalBetween(left: Group, right: Group, isByPerson = false): Refusal | undefined {
  return partedBy(left, right) ?? (isByPerson ? undefined : (conflictIn(left, right) ?? limitOver(left, right)));
}

function partedBy(left: Group, right: Group): 'PARTED' | undefined {
  const isParted = [...left.sides].some(([parting, side]) => {
    const other = right.sides.get(parting);
    return other !== undefined && other !== side;
  });
  return isParted ? 'PARTED' : undefined;
}

function conflictIn(left: Group, right: Group): Conflict | undefined {
  const news = [...left.evidence].filter(([statement]) => !right.evidence.has(statement));
  const conflicts = news.flatMap(([, a]) => [...right.evidence.values()].flatMap((b) => conflictOf(a, b) ?? []));
  return conflicts.sort()[0];
}

/** A group that is over a limit already, since a person joined it so, takes in what adds nothing to it. */
function limitOver(left: Group, right: Group): Refusal | undefined {
  const over = [...left.counted].filter(([place, { most, keys }]) => {
    const others = right.counted.get(place)?.keys;
    if (!others) return false;
    const size = new Set([...keys, ...others]).size;
    return size > most && size > Math.max(keys.size, others.size);
  });
  const [type] = over.map(([, counted]) => counted.type).sort();
  return type && `LIMIT_${type}`;
}

function joinedOf(a: Group, b: Group): Group {
  const counted = new Map(a.counted);
  for (const [place, { keys, ...rule }] of b.counted) {
    counted.set(place, { ...rule, keys: new Set([...(counted.get(place)?.keys ?? []), ...keys]) });
  }
  return {
    accountIds: [...a.accountIds, ...b.accountIds],
    counted,
    evidence: new Map([...a.evidence, ...b.evidence]),
    sides: new Map([...a.sides, ...b.sides]),
  };
}
