import type { AccountRecord } from '../channels/account.rules.js';
import { STANDARD_TRAIT_NAMES } from '../channels/trait-catalogue.js';
import { assessQuality, isWellFormed } from './quality.rules.js';
import {
  type Candidate,
  candidateFor,
  customCandidateFor,
  type Priorities,
  survive,
  valueKey,
} from './survivorship.rules.js';
import type { ManualTrait, ProfileQuality, ProfileTraits, TraitProvenance } from './traits.entity.js';

const MOST_ALTERNATIVES = 5;
/** Longer values are cut where they are told of; the trait itself is whole. */
const LONGEST_SHOWN = 256;
const MOST_CUSTOM_TRAITS = 200;
const MOST_CUSTOM_BYTES = 32_768;

/** What the fold needs to know of the tenant. */
export interface FoldSettings {
  readonly sourcePriorities: Priorities;
  readonly requiredTraits: readonly string[];
}

/** What accounts and manual traits come to. */
export interface Folded {
  readonly traits: ProfileTraits;
  readonly provenance: TraitProvenance[];
  readonly quality: ProfileQuality;
  /** True where custom traits were left out for their number or size. */
  readonly truncated: boolean;
}

/** The manual value in force for each trait: the latest set, ties to the lowest account; null gives the trait back to the fold. */
function manualInForce(manual: readonly ManualTrait[]): Map<string, ManualTrait> {
  const latest = new Map<string, ManualTrait>();
  for (const fact of [...manual].sort(
    (a, b) => a.at.getTime() - b.at.getTime() || (a.accountId < b.accountId ? 1 : -1),
  )) {
    latest.set(fact.trait, fact);
  }
  return new Map([...latest].filter(([, fact]) => fact.value !== null && fact.value !== undefined));
}

function shownValue(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const text = valueKey(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN).toWellFormed()}…` : text;
}

function toAlternative(trait: string, { value, channel, accountId, at }: Candidate) {
  return { trait, value: shownValue(value), channel, accountId, observedAt: new Date(at) };
}

interface Decided {
  readonly value: unknown;
  readonly provenance: TraitProvenance;
}

function decide(
  trait: string,
  candidates: readonly Candidate[],
  manual: { fact: ManualTrait; account: AccountRecord | undefined } | undefined,
  priorities: Priorities,
): Decided | undefined {
  const survivor = survive(candidates, priorities);
  if (manual) {
    const { fact, account } = manual;
    const channel = account?.channel ?? survivor?.chosen.channel;
    const losers = survivor ? [survivor.chosen, ...survivor.others] : [];
    if (!channel) return undefined;
    const chosen = { value: fact.value, channel, accountId: fact.accountId, at: fact.at.getTime() };
    return { value: fact.value, provenance: provenanceOf(trait, chosen, 'MANUAL', losers) };
  }
  if (!survivor) return undefined;
  return {
    value: survivor.chosen.value,
    provenance: provenanceOf(trait, survivor.chosen, survivor.rule, survivor.others),
  };
}

function provenanceOf(
  trait: string,
  chosen: Candidate,
  rule: TraitProvenance['rule'],
  losers: readonly Candidate[],
): TraitProvenance {
  const alternatives = losers.slice(0, MOST_ALTERNATIVES).map((loser) => toAlternative(trait, loser));
  return { ...toAlternative(trait, chosen), rule, alternatives };
}

function present<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function customNames(accounts: readonly AccountRecord[], manual: ReadonlyMap<string, ManualTrait>): string[] {
  const standard = new Set<string>(STANDARD_TRAIT_NAMES);
  const names = new Set(accounts.flatMap((account) => Object.keys(account.custom)));
  for (const trait of manual.keys()) if (!standard.has(trait)) names.add(trait);
  return [...names].sort();
}

function boundCustom(decided: readonly (readonly [string, Decided])[]): {
  kept: (readonly [string, Decided])[];
  truncated: boolean;
} {
  const kept: (readonly [string, Decided])[] = [];
  let bytes = 0;
  for (const entry of decided) {
    bytes += entry[0].length + Buffer.byteLength(JSON.stringify(entry[1].value));
    if (kept.length === MOST_CUSTOM_TRAITS || bytes > MOST_CUSTOM_BYTES) return { kept, truncated: true };
    kept.push(entry);
  }
  return { kept, truncated: false };
}

/**
 * The golden record of a person: per trait one value over the accounts (manual, then source priority, event time,
 * frequency), where it came from, which values lost, and how good the data is. A pure function of its arguments: the
 * order of the accounts and of the facts does not matter.
 */
export function foldAccounts(
  accounts: readonly AccountRecord[],
  manual: readonly ManualTrait[],
  settings: FoldSettings,
): Folded {
  const inForce = manualInForce(manual);
  const priorities = settings.sourcePriorities;
  const manualFor = (trait: string) => {
    const fact = inForce.get(trait);
    return fact && { fact, account: accounts.find(({ id }) => id === fact.accountId) };
  };
  const standard = STANDARD_TRAIT_NAMES.map((trait) => {
    const candidates = accounts.map((account) => candidateFor(account, trait)).filter(present);
    const wellFormed = candidates.filter(({ value }) => isWellFormed(trait, value));
    return [trait, decide(trait, wellFormed, manualFor(trait), priorities)] as const;
  });
  const custom = customNames(accounts, inForce).flatMap((trait) => {
    const candidates = accounts.map((account) => customCandidateFor(account, trait)).filter(present);
    const decided = decide(trait, candidates, manualFor(trait), priorities);
    return decided && decided.value !== null ? [[trait, decided] as const] : [];
  });
  const { kept, truncated } = boundCustom(custom);
  const traits = {
    ...Object.fromEntries(standard.map(([trait, decided]) => [trait, decided?.value ?? null])),
    custom: Object.fromEntries(kept.map(([trait, decided]) => [trait, decided.value])),
  } as unknown as ProfileTraits;
  const provenance = [...standard, ...kept].flatMap(([, decided]) => (decided ? [decided.provenance] : []));
  return { traits, provenance, quality: assessQuality(traits, accounts, settings.requiredTraits), truncated };
}
