import { Channel } from '../channels/channel.js';
import { LifecycleStage } from '../lifecycle/lifecycle-stage.js';
import { badInput } from '../platform/errors.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import type { RuleInput } from '../segments/rule.inputs.js';
import { tagIdOf } from '../tags/tag-id.rules.js';
import { readEnum, readTraitComparison, unknownName } from './read-comparison.rules.js';
import { readEventClause, readSequence } from './read-event.rules.js';
import type { Rule } from './rule.js';
import type { RuleCatalogue } from './rule-catalogue.js';
import { refuseLoop, refuseReference } from './segment-graph.rules.js';

const DEEPEST = 20;
const MOST_CLAUSES = 200;
const MOST_LISTED = 100;
const FIELDS = [
  'all',
  'any',
  'not',
  'trait',
  'event',
  'sequence',
  'tag',
  'segment',
  'lifecycle',
  'tier',
  'channel',
  'consent',
] as const;
type RuleField = (typeof FIELDS)[number];

/** One reading of a rule: what it may name, the segment it is for, how many clauses were met. */
interface Reading {
  readonly catalogue: RuleCatalogue;
  readonly ownSegment: string | null;
  clauses: number;
}

/**
 * A rule as it came, checked and in canonical form: defaults filled in, values normalised, lists sorted. BAD_USER_INPUT
 * names the place, as `rule.all[1].trait.path`, and suggests the nearest known name; FORBIDDEN where it compares what the
 * caller may not look up. At most 20 levels, 200 clauses. `ownSegment` is the segment, or the tag, whose rule it becomes:
 * it may not lead back there.
 */
export function readRule(input: RuleInput, catalogue: RuleCatalogue, ownSegment: string | null = null): Rule {
  return readAt(input, 'rule', 1, { catalogue, ownSegment, clauses: 0 });
}

function readAt(input: unknown, place: string, depth: number, reading: Reading): Rule {
  if (depth > DEEPEST) throw badInput(place, `is more than ${DEEPEST} levels deep`);
  reading.clauses += 1;
  if (reading.clauses > MOST_CLAUSES)
    throw badInput(place, `is one clause too many: a rule has at most ${MOST_CLAUSES}`);
  const field = fieldOf(input, place);
  const value: unknown = (input as Record<string, unknown>)[field];
  if (field === 'all' || field === 'any')
    return { kind: field, place, rules: readRules(value, `${place}.${field}`, depth, reading) };
  if (field === 'not') return { kind: field, place, rule: readAt(value, `${place}.not`, depth + 1, reading) };
  return LEAVES[field](value, `${place}.${field}`, reading);
}

function fieldOf(input: unknown, place: string): RuleField {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw badInput(place, 'must be a rule');
  const given = Object.entries(input).flatMap(([name, value]) => (value === undefined || value === null ? [] : [name]));
  const unknown = given.find((name) => !(FIELDS as readonly string[]).includes(name));
  if (unknown !== undefined) throw unknownName(place, 'field of a rule', unknown, FIELDS);
  const [field, ...others] = given;
  if (field !== undefined && others.length === 0) return field as RuleField;
  const which = field === undefined ? 'none is' : `${given.length} are: ${given.join(', ')}`;
  throw badInput(place, `must have exactly one field set; ${which}`);
}

function readList(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= MOST_LISTED) return value;
  throw badInput(place, `must be a list of 1 to ${MOST_LISTED}`);
}

function readRules(value: unknown, place: string, depth: number, reading: Reading): Rule[] {
  return readList(value, place).map((rule, at) => readAt(rule, `${place}[${at}]`, depth + 1, reading));
}

/** The values of a list, each checked, sorted, each once. */
function readEach<T extends string>(value: unknown, known: readonly T[], place: string, what: string): T[] {
  const read = readList(value, place).map((one, at) => readEnum(one, known, `${place}[${at}]`, what));
  return [...new Set(read)].sort();
}

type ReadLeaf = (value: unknown, place: string, reading: Reading) => Rule;

const LEAVES: Readonly<Record<Exclude<RuleField, 'all' | 'any' | 'not'>, ReadLeaf>> = {
  trait: (value, place, { catalogue }) => {
    return { kind: 'trait', place, comparison: readTraitComparison(value, place, catalogue) };
  },
  event: (value, place, { catalogue }) => readEventClause(value, place, catalogue),
  sequence: (value, place, { catalogue }) => readSequence(value, place, catalogue),
  tag: (value, place, { catalogue: { tags, segments }, ownSegment }) => {
    if (typeof value !== 'string' || !tags.has(value)) throw unknownName(place, 'tag', value, tags);
    refuseLoop(tagIdOf(value), place, ownSegment, segments);
    return { kind: 'tag', place, tag: value };
  },
  segment: (value, place, { catalogue, ownSegment }) => {
    const segment = String(value);
    refuseReference(segment, place, ownSegment, catalogue.segments);
    return { kind: 'segment', place, segment };
  },
  lifecycle: (value, place) => {
    return {
      kind: 'lifecycle',
      place,
      stages: readEach(value, Object.values(LifecycleStage), place, 'lifecycle stage'),
    };
  },
  tier: (value, place, { catalogue }) => {
    return { kind: 'tier', place, tiers: readEach(value, catalogue.tiers, place, 'tier') };
  },
  channel: (value, place) => {
    return { kind: 'channel', place, channel: readEnum(value, Object.values(Channel), place, 'channel') };
  },
  consent: (value, place) => {
    const { purpose, granted = true } = value as { purpose?: unknown; granted?: unknown };
    if (typeof granted !== 'boolean') throw badInput(`${place}.granted`, 'must be true or false');
    const read = readEnum(purpose, Object.values(ConsentPurpose), `${place}.purpose`, 'purpose');
    return { kind: 'consent', place, purpose: read, granted };
  },
};
