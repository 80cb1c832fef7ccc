import { isStandardTrait } from '../channels/trait-catalogue.js';
import { AppError } from '../platform/errors.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { type Calendar, calendarOf } from './calendar.rules.js';
import { compileComparison, nextDayOf, valueAt, type Zone } from './comparison.rules.js';
import { compileEventClause, earliest } from './event-leaf.rules.js';
import type { Leaf } from './leaf.js';
import { type Comparison, definitionOf, type LeafRule, type Rule } from './rule.js';
import { compileSequence } from './sequence-leaf.rules.js';
import { type Moment, type Span, type Subject, type Turn, valueOn } from './subject.js';
import { classOfTrait } from './value-class.rules.js';

/** A clause of an explanation: what was asked, what was observed, whether it holds; of and, or, not the clauses inside. */
export interface ExplainedClause {
  readonly kind: Rule['kind'];
  /** Where it stands in the rule, as `rule.all[1].trait`. */
  readonly place: string;
  readonly holds: boolean;
  /** What the clause says, in canonical form. */
  readonly asked?: Readonly<Record<string, unknown>>;
  readonly observed?: unknown;
  readonly clauses?: readonly ExplainedClause[];
}

/** A rule, compiled once for all subjects and moments. */
export interface CompiledRule {
  readonly holds: (subject: Subject, at: Date) => boolean;
  /** The whole tree with every clause evaluated. Observed values are in clear: masking them is up to whoever shows them. */
  readonly explain: (subject: Subject, at: Date) => ExplainedClause;
  /** The next instant from which it may come out otherwise though nothing happened; null where it never will. */
  readonly dueAt: (subject: Subject, at: Date) => Date | null;
}

/** What a rule is compiled against. */
export interface RuleWorld {
  /** IANA: whose days are meant. */
  readonly timeZone: string;
  /** The rules of the segments and tags that have one, by the id of the definition; the others are read from the subject. */
  readonly segments: ReadonlyMap<string, Rule>;
}

interface Node extends Leaf {
  readonly explain: (subject: Subject, moment: Moment) => ExplainedClause;
}

/** Compiles rules of one tenant: segments and tags that several rules name are compiled once. */
export class RuleCompiler {
  private readonly zone: Zone;
  private readonly defining = new Map<string, Node | 'under way'>();

  constructor(private readonly world: RuleWorld) {
    this.zone = { timeZone: world.timeZone, calendar: calendarOf(world.timeZone) };
  }

  compile(rule: Rule): CompiledRule {
    const node = this.node(rule);
    const momentOf = (at: Date) => moment(at, this.zone.calendar);
    return {
      holds: (subject, at) => node.holds(subject, momentOf(at)),
      explain: (subject, at) => node.explain(subject, momentOf(at)),
      dueAt: (subject, at) => {
        const due = node.nextAt(subject, momentOf(at));
        return due === undefined ? null : new Date(due);
      },
    };
  }

  private node(rule: Rule): Node {
    if (rule.kind === 'all' || rule.kind === 'any') return this.joint(rule, rule.rules);
    if (rule.kind === 'not') return this.joint(rule, [rule.rule]);
    return explained(rule, this.leaf(rule));
  }

  private joint({ kind, place }: Rule, rules: readonly Rule[]): Node {
    const nodes = rules.map((rule) => this.node(rule));
    const combine = COMBINED[kind as keyof typeof COMBINED];
    return {
      holds: (subject, moment) => combine(nodes, (node) => node.holds(subject, moment)),
      observed: () => null,
      nextAt: (subject, moment) => earliest(nodes.map((node) => node.nextAt(subject, moment))),
      explain: (subject, moment) => {
        const clauses = nodes.map((node) => node.explain(subject, moment));
        return { kind, place, holds: combine(clauses, ({ holds }) => holds), clauses };
      },
    };
  }

  private leaf(rule: LeafRule): Leaf {
    if (rule.kind === 'trait') return traitLeaf(rule.comparison, this.zone);
    if (rule.kind === 'event') return compileEventClause(rule, this.zone);
    if (rule.kind === 'sequence') return compileSequence(rule, this.zone);
    const definition = definitionOf(rule);
    const inner = definition === undefined ? undefined : this.world.segments.get(definition);
    if (definition !== undefined && inner) return this.defined(definition, inner, rule.place);
    if (rule.kind === 'segment') return listed(({ segments }) => segments.has(rule.segment));
    return plainLeaf(rule);
  }

  /**
   * A member of a segment, or carrier of a tag, is whoever its rule holds for at the same moment: what was stored may lag
   * behind.
   */
  private defined(definition: string, rule: Rule, place: string): Leaf {
    const known = this.defining.get(definition);
    if (known === 'under way')
      throw new AppError('CONFLICT', `${place}: the segments and tags named make a cycle`, { path: place });
    if (known) return asMembership(known);
    this.defining.set(definition, 'under way');
    const node = this.node(rule);
    this.defining.set(definition, node);
    return asMembership(node);
  }
}

const COMBINED = {
  all: <T>(parts: readonly T[], holds: (part: T) => boolean) => parts.every(holds),
  any: <T>(parts: readonly T[], holds: (part: T) => boolean) => parts.some(holds),
  not: <T>(parts: readonly T[], holds: (part: T) => boolean) => !parts.some(holds),
};

function moment(at: Date, calendar: Calendar): Moment {
  return { at: at.getTime(), today: calendar.dayOf(at.getTime()) };
}

function explained(rule: LeafRule, leaf: Leaf): Node {
  const { kind, place, ...asked } = rule;
  const explain = (subject: Subject, moment: Moment) => {
    return { kind, place, holds: leaf.holds(subject, moment), asked, observed: leaf.observed(subject, moment) };
  };
  return { ...leaf, explain };
}

function asMembership({ holds, nextAt }: Node): Leaf {
  return { holds, observed: holds, nextAt };
}

function listed(holds: (subject: Subject) => boolean): Leaf {
  return { holds, observed: holds, nextAt: () => undefined };
}

/** Where a trait stands in the golden record. */
export function namesOfTrait(path: string): string[] {
  return isStandardTrait(path) ? [path] : ['custom', ...path.split('.')];
}

function traitLeaf(comparison: Comparison, zone: Zone): Leaf {
  const names = namesOfTrait(comparison.path);
  const holds = compileComparison(comparison, zone, classOfTrait(comparison.path, null) === 'CORE');
  const next = nextDayOf(comparison, zone);
  return {
    holds: ({ traits }, moment) => holds(valueAt(traits, names), moment),
    observed: ({ traits }) => valueAt(traits, names) ?? null,
    nextAt: ({ traits }, moment) => {
      const day = next(valueAt(traits, names), moment);
      return day === undefined ? undefined : zone.calendar.startOf(day);
    },
  };
}

/** Whether one of the spans holds at a moment, and when the next of them begins or ends. */
function spanLeaf(spansOf: (subject: Subject) => readonly Span[], isWanted: boolean): Leaf {
  const covers = (subject: Subject, { at }: Moment) =>
    spansOf(subject).some(({ from, until }) => from <= at && (until === null || at < until));
  return {
    holds: (subject, moment) => covers(subject, moment) === isWanted,
    observed: covers,
    nextAt: (subject, { at }) =>
      earliest(
        spansOf(subject).flatMap(({ from, until }) =>
          [from, until ?? undefined].filter((turn) => turn !== undefined && turn > at),
        ),
      ),
  };
}

function plainLeaf(rule: Exclude<LeafRule, { kind: 'trait' | 'event' | 'sequence' | 'segment' }>): Leaf {
  if (rule.kind === 'tag') return spanLeaf(({ tags }) => tags.get(rule.tag) ?? [], true);
  if (rule.kind === 'consent') return consentLeaf(rule.purpose, rule.granted);
  if (rule.kind === 'channel')
    return {
      ...listed(({ channels }) => channels.has(rule.channel)),
      observed: ({ channels }) => [...channels].sort(),
    };
  if (rule.kind === 'tier') return courseLeaf(({ tier }) => tier, rule.tiers);
  return courseLeaf(({ lifecycle }) => lifecycle, rule.stages);
}

/** Whether what holds of a course at a moment is one of those asked for, and when the next of it begins. */
function courseLeaf(courseOf: (subject: Subject) => readonly Turn<string | null>[], wanted: readonly string[]): Leaf {
  const observed = (subject: Subject, { at }: Moment) => valueOn(courseOf(subject), at);
  return {
    holds: (subject, moment) => {
      const value = observed(subject, moment);
      return value !== null && wanted.includes(value);
    },
    observed,
    nextAt: (subject, { at }) => earliest(courseOf(subject).flatMap(({ from }) => (from > at ? [from] : []))),
  };
}

function consentLeaf(purpose: ConsentPurpose, granted: boolean): Leaf {
  if (purpose === ConsentPurpose.SERVICE)
    return { holds: () => granted, observed: () => true, nextAt: () => undefined };
  return spanLeaf(({ consents }) => consents.get(purpose) ?? [], granted);
}
