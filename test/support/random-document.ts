import type { GeneratorValue } from 'fast-check';
import fc from 'fast-check';
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

const MOST_FIELDS = 6;
const DEEPEST = 4;
const CONDITIONS = ['', '', '', ' @include(if: $yes)', ' @include(if: $no)', ' @skip(if: $no)', ' @skip(if: true)'];

/** A valid query made up by `generate`: aliases, fragments, conditions, interfaces; `roots` are its calls. */
export class RandomDocument {
  private readonly fragments: string[] = [];
  private aliases = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly generate: GeneratorValue,
  ) {}

  /** The text; it takes the variables `$yes: Boolean!` and `$no: Boolean!`, and those that `variables` declares. */
  of(roots: readonly string[], variables: string): string {
    const fields = this.schema.getQueryType()?.getFields() ?? {};
    const root = this.pick(roots);
    const type = getNamedType(fields[root.split('(')[0] ?? '']?.type) as GraphQLNamedType;
    const body = `${root}${this.condition()} ${this.selections(type, 0)} __typename`;
    return `query (${variables}, $yes: Boolean!, $no: Boolean!) { ${body} } ${this.fragments.join(' ')}`;
  }

  private selections(type: GraphQLNamedType, depth: number): string {
    const chosen = Array.from({ length: this.below(MOST_FIELDS) }, () => this.selection(type, depth));
    return `{ ${['__typename', ...chosen].join(' ')} }`;
  }

  private selection(type: GraphQLNamedType, depth: number): string {
    const kind = this.below(10);
    if (kind === 0) return `...${this.condition()} ${this.selections(type, depth + 1)}`;
    if (kind === 1) return this.spread(type, depth);
    if (kind < 4 && isAbstractType(type)) {
      const one = this.pick(this.schema.getPossibleTypes(type));
      return `... on ${one.name}${this.condition()} ${this.selections(one, depth + 1)}`;
    }
    return this.field(type, depth);
  }

  private spread(type: GraphQLNamedType, depth: number): string {
    const name = `F${this.fragments.length}`;
    this.fragments.push(''); // its place, as making it may make others
    this.fragments[Number(name.slice(1))] = `fragment ${name} on ${type.name} ${this.selections(type, depth + 1)}`;
    return `...${name}${this.condition()} ...${name}${this.condition()}`;
  }

  private field(type: GraphQLNamedType, depth: number): string {
    if (!isObjectType(type) && !isInterfaceType(type)) return '__typename';
    const usable = Object.values(type.getFields()).filter((field) => isUsable(field, depth));
    if (usable.length === 0) return '__typename';
    const field = this.pick(usable);
    const below = getNamedType(field.type);
    this.aliases += 1;
    const selections = isObjectType(below) || isAbstractType(below) ? ` ${this.selections(below, depth + 1)}` : '';
    return `a${this.aliases}: ${field.name}${this.condition()}${selections}`;
  }

  private condition(): string {
    return this.pick(CONDITIONS);
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  private below(limit: number): number {
    return this.generate(fc.nat, { max: limit - 1 });
  }
}

function isUsable(field: GraphQLField<unknown, unknown>, depth: number): boolean {
  const type = getNamedType(field.type);
  const isDeep = isObjectType(type) || isAbstractType(type);
  return !field.args.some(isRequiredArgument) && !(isDeep && depth >= DEEPEST);
}
