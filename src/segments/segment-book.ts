import { type CompiledRule, RuleCompiler } from '../rules/compile-rule.rules.js';
import { type EventReads, eventReadsOf, leavesThrough } from '../rules/reads.rules.js';
import { definitionOf, type Rule } from '../rules/rule.js';
import { RuleIndex } from '../rules/rule-index.rules.js';
import type { TagKind } from '../tags/tag-kind.js';

/** Of a tag's definition: what rules and people know it by. */
export interface BookTag {
  readonly key: string;
  readonly name: string;
  readonly kind: TagKind;
}

/** A definition, as far as the book needs it. */
export interface BookEntry {
  readonly id: string;
  /** Null where it is a segment. */
  readonly tag: BookTag | null;
  readonly version: number;
  readonly evaluatedVersion: number;
  readonly named: readonly string[];
  /** Null where members are listed, or carriers are told one by one. */
  readonly rule: Rule | null;
}

/** A definition that is asked by a rule, compiled. */
interface CompiledDefinition {
  readonly compiled: CompiledRule;
  readonly reads: EventReads;
}

/** All segments and tags of a tenant as they are evaluated: each rule compiled once, and the index of what touches which. */
export class SegmentBook {
  readonly entries: ReadonlyMap<string, BookEntry>;
  readonly index: RuleIndex;
  /** The rules of the segments and tags that have one. */
  readonly rules: ReadonlyMap<string, Rule>;
  /** The keys of the tags. */
  readonly tagKeys: ReadonlySet<string>;
  private readonly compiled: ReadonlyMap<string, CompiledDefinition>;

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
    const asked = new Map([...rules, ...entries.flatMap(carrying)]);
    this.tagKeys = new Set(entries.flatMap(({ tag }) => tag?.key ?? []));
    this.index = new RuleIndex(asked, world);
    this.compiled = new Map(
      [...asked].map(([id, rule]) => [id, { compiled: compiler.compile(rule), reads: eventReadsOf(rule, rules) }]),
    );
  }

  /**
   * The rule of a segment or tag, compiled: of a tag without a rule, that it was put on somebody. Undefined where members
   * are listed, or there is no such definition.
   */
  ruleOf(id: string): CompiledRule | undefined {
    return this.compiled.get(id)?.compiled;
  }

  /** What of people's events these segments and tags read together. */
  readsOf(ids: Iterable<string>): EventReads {
    const reads = [...ids].flatMap((id) => this.compiled.get(id)?.reads ?? []);
    return {
      series: new Map(reads.flatMap(({ series }) => [...series])),
      names: new Set(reads.flatMap(({ names }) => [...names])),
      standing: reads.some(({ standing }) => standing),
    };
  }

  /** The segments and tags, each with those that its rule names. */
  graph(): ReadonlyMap<string, readonly string[]> {
    return new Map([...this.entries.values()].map(({ id, named }) => [id, named]));
  }

  /** The segments and tags that everybody is to be evaluated for: those that have changed, and those whose rules lead to them. */
  outdated(): Set<string> {
    const changed = new Set(
      [...this.entries.values()]
        .filter(({ version, evaluatedVersion }) => version !== evaluatedVersion)
        .map(({ id }) => id),
    );
    const leadsToChanged = ({ id, rule }: BookEntry) =>
      changed.has(id) ||
      (rule !== null && leavesThrough(rule, this.rules).some((leaf) => changed.has(definitionOf(leaf) ?? '')));
    return new Set([...this.entries.values()].filter(leadsToChanged).map(({ id }) => id));
  }
}

/** Of a tag without a rule, under its id: the clause that it is carried. */
function carrying({ id, tag, rule }: BookEntry): [string, Rule][] {
  return tag && !rule ? [[id, { kind: 'tag', place: 'rule.tag', tag: tag.key }]] : [];
}
