import type { AccountRecord } from '../channels/account.rules.js';
import type { Channel } from '../channels/channel.js';
import { definitionOf } from '../channels/channel-definitions.js';
import type { StandardTrait } from '../channels/trait-catalogue.js';
import type { TraitProvenance } from './traits.entity.js';

/** What an account says of a trait. */
export interface Candidate {
  readonly value: unknown;
  readonly channel: Channel;
  readonly accountId: string;
  /** Milliseconds. */
  readonly at: number;
}

/** What survives of the candidates, which rule decided, and who lost, the strongest first. */
export interface Survivor {
  readonly chosen: Candidate;
  readonly rule: TraitProvenance['rule'];
  readonly others: readonly Candidate[];
}

/** Priorities of channels by the tenant's settings; a channel it does not name has its definition's. */
export type Priorities = Readonly<Record<string, number>>;

function priorityOf(channel: Channel, priorities: Priorities): number {
  return priorities[channel] ?? definitionOf(channel).priority;
}

/** What an account says of a standard trait: the trait where it was observed, else its channel's attribute for it. */
export function candidateFor(account: AccountRecord, trait: StandardTrait): Candidate | undefined {
  const own = definitionOf(account.channel).traits[trait];
  const name = account.stamps[trait] ? trait : own;
  const stamp = name === undefined ? undefined : account.stamps[name];
  if (name === undefined || !stamp) return undefined;
  return { value: account.attributes[name] ?? null, channel: account.channel, accountId: account.id, at: stamp[0] };
}

/** What an account says of a custom trait. */
export function customCandidateFor(account: AccountRecord, trait: string): Candidate | undefined {
  const stamp = account.stamps[trait];
  if (!stamp || !Object.hasOwn(account.custom, trait)) return undefined;
  return { value: account.custom[trait] ?? null, channel: account.channel, accountId: account.id, at: stamp[0] };
}

/** The text by which two values are the same. */
export function valueKey(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Among values observed at one moment a null says least. */
function tieKey(value: unknown): string {
  return value === null ? '' : valueKey(value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/**
 * Chooses one value: the highest source priority, then the latest, then the most frequent; ties go to the lowest
 * account id, so that any order of arrival chooses the same. A null is a value and may survive.
 */
export function survive(candidates: readonly Candidate[], priorities: Priorities): Survivor | undefined {
  const frequency = new Map<string, number>();
  for (const { value } of candidates) frequency.set(valueKey(value), (frequency.get(valueKey(value)) ?? 0) + 1);
  const criteria: readonly [TraitProvenance['rule'], (candidate: Candidate) => number][] = [
    ['SOURCE_PRIORITY', ({ channel }) => priorityOf(channel, priorities)],
    ['RECENCY', ({ at }) => at],
    ['FREQUENCY', ({ value }) => frequency.get(valueKey(value)) ?? 0],
  ];
  const sorted = [...candidates].sort((a, b) => {
    for (const [, rank] of criteria) if (rank(a) !== rank(b)) return rank(b) - rank(a);
    return compare(tieKey(b.value), tieKey(a.value)) || compare(a.accountId, b.accountId);
  });
  const [chosen, ...others] = sorted;
  if (!chosen) return undefined;
  const rival = others.find(({ value }) => valueKey(value) !== valueKey(chosen.value)) ?? others[0];
  return { chosen, rule: ruleThatDecided(chosen, rival, criteria), others };
}

function ruleThatDecided(
  chosen: Candidate,
  rival: Candidate | undefined,
  criteria: readonly [TraitProvenance['rule'], (candidate: Candidate) => number][],
): TraitProvenance['rule'] {
  if (!rival) return 'RECENCY';
  return criteria.find(([, rank]) => rank(chosen) !== rank(rival))?.[0] ?? 'RECENCY';
}
