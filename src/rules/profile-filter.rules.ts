import { type AttributeSpec, isStandardTrait, STANDARD_TRAITS } from '../channels/trait-catalogue.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { channelToken } from '../profiles/search-token.js';
import { Operator } from '../segments/rule-operator.js';
import { calendarOf } from './calendar.rules.js';
import { namesOfTrait, type RuleWorld } from './compile-rule.rules.js';
import { type Comparison, definitionOf, type LeafRule, type Rule } from './rule.js';
import {
  existsAt,
  type Filter,
  NOTHING,
  notStored,
  positiveOf,
  storedComparison,
  unless,
} from './stored-comparison.rules.js';

/** What a filter is made for, besides the rule. */
export interface FilterWorld extends RuleWorld {
  readonly tenantId: string;
  readonly at: Date;
  /** Purposes that hold until somebody is asked about them. */
  readonly consentDefaults: Readonly<Partial<Record<ConsentPurpose, boolean>>>;
}

/** Which stored profiles a rule holds for. */
export interface ProfileFilter {
  /** The living profiles of the tenant that the rule may hold for: those it holds for, and those to be opened. */
  readonly filter: Filter;
  /** Of those the profiles that compared values are sealed in: the predicate has to be asked once they are opened. */
  readonly toOpen: Filter;
}

/** One compilation: the world, the day, and what was met that is sealed. */
interface Making {
  readonly world: FilterWorld;
  readonly today: number;
  readonly sealed: Filter[];
}

/**
 * A rule as a filter over the collection of profiles, for one moment. NOT_IMPLEMENTED, with the place, for clauses whose
 * facts are not in a profile's document yet: events, chains, tags, stages, tiers, segments without a rule, and times
 * kept as text.
 */
export function profileFilter(rule: Rule, world: FilterWorld): ProfileFilter {
  const today = calendarOf(world.timeZone).dayOf(world.at.getTime());
  const making: Making = { world, today, sealed: [] };
  const holds = filterOf(rule, making);
  const toOpen = making.sealed.length > 0 ? { $or: making.sealed } : NOTHING;
  const living = { tenantId: world.tenantId, lastSeenAt: { $gt: new Date(0) } };
  return { filter: { ...living, $or: [holds, toOpen] }, toOpen };
}

function filterOf(rule: Rule, making: Making): Filter {
  if (rule.kind === 'all') return { $and: rule.rules.map((one) => filterOf(one, making)) };
  if (rule.kind === 'any') return { $or: rule.rules.map((one) => filterOf(one, making)) };
  return rule.kind === 'not' ? unless(filterOf(rule.rule, making)) : filterOfLeaf(rule, making);
}

function filterOfLeaf(rule: LeafRule, making: Making): Filter {
  if (rule.kind === 'trait') return filterOfTrait(rule.comparison, making);
  if (rule.kind === 'channel') return { searchTokens: channelToken(rule.channel) };
  if (rule.kind === 'consent') return filterOfConsent(rule.purpose, rule.granted, making.world);
  const definition = definitionOf(rule);
  const inner = definition === undefined ? undefined : making.world.segments.get(definition);
  if (inner) return filterOf(inner, making);
  throw notStored(rule.place, `clauses of kind ${rule.kind} are not answered by stored profiles yet`);
}

/** As lists weigh consents: `consentedUntil` and `consentAsked` are kept beside the facts for them. */
function filterOfConsent(purpose: ConsentPurpose, granted: boolean, { at, consentDefaults }: FilterWorld): Filter {
  const ways: Filter[] = [{ [`consentedUntil.${purpose}`]: { $gt: at } }];
  if (consentDefaults[purpose] === true) ways.push({ consentAsked: { $ne: purpose } });
  if (purpose === ConsentPurpose.SERVICE) ways.push(unless(NOTHING));
  return granted ? { $or: ways } : unless({ $or: ways });
}

function filterOfTrait(comparison: Comparison, making: Making): Filter {
  const names = namesOfTrait(comparison.path);
  const path = `traits.${names.join('.')}`;
  const isInside = names.length > 2;
  const hidden: Filter = { hiddenTraits: names.slice(0, 2).join('.') };
  const { op, isNegated } = positiveOf(comparison.op);
  if (op === Operator.EXISTS && !isInside) {
    const exists = { $or: [existsAt(path), hidden] };
    return isNegated ? unless(exists) : exists;
  }
  making.sealed.push(hidden);
  if (!isSealedInPart(comparison.path)) return storedComparison(comparison, path, making.today);
  making.sealed.push(existsAt(path));
  return isNegated ? unless(NOTHING) : NOTHING;
}

/** A standard trait of class CORE stands masked in the document: where there is a value, only the predicate can tell. */
function isSealedInPart(path: string): boolean {
  const spec: AttributeSpec | undefined = isStandardTrait(path) ? STANDARD_TRAITS[path] : undefined;
  return spec?.protection?.sensitivity === 'CORE';
}
