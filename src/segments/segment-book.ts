import { type CompiledRule, RuleCompiler } from '../rules/compile-rule.rules.js';
import { type EventReads, eventReadsOf, leavesThrough } from '../rules/reads.rules.js';
import type { Rule } from '../rules/rule.js';
import { RuleIndex } from '../rules/rule-index.rules.js';
import type { SegmentKind } from './segment.entity.js';

/** A definition, as far as the book needs it. */
export interface BookEntry {
  readonly id: string;
  readonly kind: SegmentKind;
  readonly version: number;
  readonly evaluatedVersion: number;
  readonly named: readonly string[];
  /** Null where members are listed. */
  readonly rule: Rule | null;
}

/** A segment with a rule, compiled. */
interface CompiledSegment {
  readonly compiled: CompiledRule;
  readonly reads: EventReads;
}

/** All segments of a tenant as they are evaluated: each rule compiled once, and the index of what touches which. */
export class SegmentBook {
  readonly entries: ReadonlyMap<string, BookEntry>;
  readonly index: RuleIndex;
  /** The rules of the segments that have one. */
  readonly rules: ReadonlyMap<string, Rule>;
  private readonly compiled: ReadonlyMap<string, CompiledSegment>;

  /** `mark` stands for all it was made of. */
  constructor(
    entries: readonly BookEntry[],
    timeZone: string,
    readonly mark = '',
  ) {
    this.entries = new Map(entries.map((entry) => [entry.id, entry]));
    this.rules = new Map(entries.flatMap(({ id, rule }) => (rule ? [[id, rule] as const] : [])));
    const { rules } = this;
    const world = { timeZone, segments: rules };
    const compiler = new RuleCompiler(world);
    this.index = new RuleIndex(rules, world);
    this.compiled = new Map(
      [...rules].map(([id, rule]) => [id, { compiled: compiler.compile(rule), reads: eventReadsOf(rule, rules) }]),
    );
  }

  /** The rule of a segment, compiled; undefined where its members are listed, or there is no such segment. */
  ruleOf(id: string): CompiledRule | undefined {
    return this.compiled.get(id)?.compiled;
  }

  /** What of people's events these segments read together. */
  readsOf(ids: Iterable<string>): EventReads {
    const reads = [...ids].flatMap((id) => this.compiled.get(id)?.reads ?? []);
    return {
      series: new Map(reads.flatMap(({ series }) => [...series])),
      names: new Set(reads.flatMap(({ names }) => [...names])),
      standing: reads.some(({ standing }) => standing),
    };
  }

  /** The segments that everybody is to be evaluated for: those that have changed, and those whose rules lead to them. */
  outdated(): Set<string> {
    const changed = new Set(
      [...this.entries.values()]
        .filter(({ version, evaluatedVersion }) => version !== evaluatedVersion)
        .map(({ id }) => id),
    );
    const leadsToChanged = ({ id, rule }: BookEntry) =>
      changed.has(id) ||
      (rule !== null &&
        leavesThrough(rule, this.rules).some((leaf) => leaf.kind === 'segment' && changed.has(leaf.segment)));
    return new Set([...this.entries.values()].filter(leadsToChanged).map(({ id }) => id));
  }
}
