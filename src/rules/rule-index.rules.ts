import { isStandardTrait } from '../channels/trait-catalogue.js';
import { Operator } from '../segments/rule-operator.js';
import { calendarOf } from './calendar.rules.js';
import { valueAt, type Zone } from './comparison.rules.js';
import type { RuleWorld } from './compile-rule.rules.js';
import { leavesThrough } from './reads.rules.js';
import { type Comparison, definitionOf, type LeafRule, type Rule } from './rule.js';
import { compileWhere, isTimeless, type Matches } from './series.rules.js';
import type { SubjectEvent } from './subject.js';

/** Something that happened to a profile, as far as rules can feel it. */
export type Change =
  | { readonly kind: 'event'; readonly event: SubjectEvent }
  /** A trait by its first name, as `city`, `vip`; null: some custom trait. */
  | { readonly kind: 'trait'; readonly trait: string | null }
  | { readonly kind: 'tag' | 'segment' | 'channel' | 'consent'; readonly key: string }
  | { readonly kind: 'lifecycle' | 'tier' };

/** Rules that wait for events that fulfil the same conditions. */
interface Posting {
  readonly matches: Matches;
  readonly rules: Set<string>;
}

/** The postings of one event name: those with a value to look up, and those to be tried one by one. */
interface NamedPostings {
  readonly byKey: Map<string, Posting>;
  readonly byValue: Map<string, Map<unknown, Posting[]>>;
  readonly others: Posting[];
}

const NO_MOMENT = { at: 0, today: 0 };

/**
 * Finds the rules whose outcome a change can touch, through the segments and tags they name; never fewer, seldom more. An event
 * finds its rules by name, then by the values that conditions ask to be equal, so that rules about other events and
 * other values cost it nothing.
 */
export class RuleIndex {
  private readonly zone: Zone;
  private readonly events = new Map<string, NamedPostings>();
  private readonly plain = new Map<string, Set<string>>();
  private readonly timed = new Set<string>();

  constructor(
    rules: ReadonlyMap<string, Rule>,
    private readonly world: RuleWorld,
  ) {
    this.zone = { timeZone: world.timeZone, calendar: calendarOf(world.timeZone) };
    for (const [id, rule] of rules) for (const leaf of leavesThrough(rule, world.segments)) this.add(id, leaf);
  }

  /** The rules that a change can touch. */
  touched(change: Change): Set<string> {
    if (change.kind === 'event') return this.touchedByEvent(change.event);
    return new Set(this.plain.get(keyOfChange(change)));
  }

  /** The rules that can come out otherwise as time goes by: for each of their subjects `dueAt` says when. */
  touchedByTime(): ReadonlySet<string> {
    return this.timed;
  }

  /** Whatever somebody does may move their stage, and what they buy their tier. */
  private touchedByEvent(event: SubjectEvent): Set<string> {
    const found = new Set<string>([...(this.plain.get('lifecycle') ?? []), ...(this.plain.get('tier') ?? [])]);
    const named = this.events.get(event.name);
    if (!named) return found;
    const looked = [...named.byValue].flatMap(
      ([path, byValue]) => byValue.get(valueAt(event.properties, path.split('.'))) ?? [],
    );
    for (const { matches, rules } of [...looked, ...named.others])
      if (matches(event, NO_MOMENT)) for (const rule of rules) found.add(rule);
    return found;
  }

  private add(id: string, leaf: LeafRule): void {
    if (isTimed(leaf)) this.timed.add(id);
    if (leaf.kind === 'event') this.addEvent(id, leaf.name, leaf.where);
    else if (leaf.kind === 'sequence') for (const { name, where } of leaf.steps) this.addEvent(id, name, where);
    else for (const key of keysOfLeaf(leaf, this.world)) this.addPlain(id, key);
  }

  private addPlain(id: string, key: string): void {
    const known = this.plain.get(key);
    if (known) known.add(id);
    else this.plain.set(key, new Set([id]));
  }

  private addEvent(id: string, name: string, where: readonly Comparison[]): void {
    const named = this.events.get(name) ?? { byKey: new Map(), byValue: new Map(), others: [] };
    this.events.set(name, named);
    const key = JSON.stringify(where.map(({ path, kind, op, value }) => [path, kind, op, value]));
    const known = named.byKey.get(key);
    if (known) known.rules.add(id);
    else named.byKey.set(key, this.post(named, where, id));
  }

  private post(named: NamedPostings, where: readonly Comparison[], id: string): Posting {
    // whether a condition on time is met is not for the event to say, but for the day it is asked on
    const matches = compileWhere(isTimeless(where) ? where : where.filter((one) => isTimeless([one])), this.zone);
    const posting = { matches, rules: new Set([id]) };
    const sought = where.find(({ op }) => op === Operator.EQ || op === Operator.IN);
    if (sought) file(named.byValue, sought, posting);
    else named.others.push(posting);
    return posting;
  }
}

function file(byValue: NamedPostings['byValue'], { path, value }: Comparison, posting: Posting): void {
  const values = byValue.get(path) ?? new Map<unknown, Posting[]>();
  byValue.set(path, values);
  for (const one of Array.isArray(value) ? value : [value]) {
    const known = values.get(one);
    if (known) known.push(posting);
    else values.set(one, [posting]);
  }
}

function keyOfChange(change: Exclude<Change, { kind: 'event' }>): string {
  if (change.kind === 'trait') return change.trait === null ? 'custom' : `trait ${change.trait}`;
  return 'key' in change ? `${change.kind} ${change.key}` : change.kind;
}

/** Whether time alone can turn a clause; an event may lie up to a day ahead, and counts from that day on. */
function isTimed(leaf: LeafRule): boolean {
  if (leaf.kind === 'trait') return leaf.comparison.op === Operator.WITHIN_LAST_DAYS;
  return TIMED.has(leaf.kind);
}

const TIMED: ReadonlySet<LeafRule['kind']> = new Set(['event', 'sequence', 'tag', 'consent', 'lifecycle', 'tier']);

function keysOfLeaf(leaf: Exclude<LeafRule, { kind: 'event' | 'sequence' }>, { segments }: RuleWorld): string[] {
  if (leaf.kind === 'trait') return keysOfTrait(leaf.comparison.path);
  const definition = definitionOf(leaf);
  if (definition !== undefined && segments.has(definition)) return []; // its rule's clauses stand for it
  if (leaf.kind === 'segment') return [`segment ${leaf.segment}`];
  if (leaf.kind === 'tag') return [`tag ${leaf.tag}`];
  if (leaf.kind === 'channel') return [`channel ${leaf.channel}`];
  return [leaf.kind === 'consent' ? `consent ${leaf.purpose}` : leaf.kind];
}

function keysOfTrait(path: string): string[] {
  return isStandardTrait(path) ? [`trait ${path}`] : [`trait ${path.split('.')[0]}`, 'custom'];
}
