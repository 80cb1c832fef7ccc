import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { AppError } from '../platform/errors.js';
import { fragmentsOf } from '../platform/fragments.js';
import { OperationCache } from '../platform/operation-cache.js';

/** What an operation may hold, its fragments counted wherever they are spread. */
export const OPERATION_LIMITS = {
  depth: 15,
  rootFields: 20,
  aliases: 100,
  directives: 100,
  fields: 2_000,
} as const;

/**
 * What a document may hold in all its operations, as it is written: graphql-js compares fields of the same name in pairs,
 * whether their operation runs or not.
 */
export const DOCUMENT_LIMITS = { definitions: 100, selections: 1_000, nesting: 100 } as const;

type Limit = keyof typeof OPERATION_LIMITS | keyof typeof DOCUMENT_LIMITS | 'tokens';
type Measure = Readonly<Record<keyof typeof OPERATION_LIMITS, number>>;
type WrittenMeasure = Record<keyof typeof DOCUMENT_LIMITS, number>;

const NOTHING: Measure = { depth: 0, rootFields: 0, aliases: 0, directives: 0, fields: 0 };

/** Adds up an operation; what a fragment holds is worked out once, however often it is spread. */
class Measuring {
  private readonly measured = new Map<string, Measure>();

  constructor(private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>) {}

  operation({ selectionSet, directives, variableDefinitions }: OperationDefinitionNode): Measure {
    const ofVariables = variableDefinitions?.reduce((sum, one) => sum + countOf(one.directives), 0) ?? 0;
    return withDirectives(this.set(selectionSet), countOf(directives) + ofVariables);
  }

  private set({ selections }: SelectionSetNode): Measure {
    return selections.reduce<Measure>((sum, selection) => added(sum, this.selection(selection)), NOTHING);
  }

  private selection(node: SelectionNode): Measure {
    if (node.kind === Kind.FRAGMENT_SPREAD)
      return withDirectives(this.fragment(node.name.value), countOf(node.directives));
    if (node.kind === Kind.INLINE_FRAGMENT)
      return withDirectives(this.set(node.selectionSet), countOf(node.directives));
    const below = node.selectionSet ? this.set(node.selectionSet) : NOTHING;
    return {
      depth: below.depth + 1,
      rootFields: 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      directives: below.directives + countOf(node.directives),
      fields: below.fields + 1,
    };
  }

  /** A fragment that spreads itself counts as empty there: validation refuses it afterwards. */
  private fragment(name: string): Measure {
    const known = this.measured.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    if (!fragment) return NOTHING;
    this.measured.set(name, NOTHING);
    const measure = withDirectives(this.set(fragment.selectionSet), countOf(fragment.directives));
    this.measured.set(name, measure);
    return measure;
  }
}

const checked = new OperationCache((document, operation) => firstExcess(document, operation) ?? null);

/**
 * Lets a parsed document through or throws QUERY_TOO_COMPLEX, naming the limit, what was found and what is allowed. The
 * operation that runs is judged, with its fragments; of the others only what would make validation slow. Takes linear
 * time and needs no schema, so that it can stand before validation.
 */
export function requireWithinLimits(document: DocumentNode, operationName?: string | null): void {
  const known = checked.of(document, operationName);
  const excess = known === undefined ? excessOf(writtenMeasure(document), DOCUMENT_LIMITS) : known;
  if (excess) throw tooComplex(excess);
}

interface Excess {
  readonly limit: Limit;
  readonly found: number;
  readonly allowed: number;
}

/** What stops the parser: more tokens, or deeper nesting, than any document that somebody wrote. */
export const MOST_TOKENS = 10_000;

/** The refusal of a document that could not be parsed for its size; undefined for one with a syntax error. */
export function parserLimit(error: unknown): AppError | undefined {
  const found = Number.POSITIVE_INFINITY;
  if (error instanceof RangeError) return tooComplex({ limit: 'nesting', found, allowed: DOCUMENT_LIMITS.nesting });
  const hasTooMany = error instanceof GraphQLError && error.message.endsWith('tokens. Parsing aborted.');
  return hasTooMany ? tooComplex({ limit: 'tokens', found, allowed: MOST_TOKENS }) : undefined;
}

function tooComplex({ limit, found, allowed }: Excess): AppError {
  const shown = Number.isFinite(found) ? String(found) : 'more than can be read';
  return new AppError(
    'QUERY_TOO_COMPLEX',
    `The document has ${NAMES[limit]} ${shown}; at most ${allowed} is allowed.`,
    {
      limit,
      found: Number.isFinite(found) ? found : null,
      allowed,
    },
  );
}

const NAMES: Readonly<Record<Limit, string>> = {
  depth: 'a depth of fields of',
  rootFields: 'a number of root fields of',
  aliases: 'a number of aliases of',
  directives: 'a number of directives of',
  fields: 'a number of fields of',
  definitions: 'a number of operations and fragments of',
  selections: 'a number of fields and fragments, as written, of',
  nesting: 'a depth of braces or brackets of',
  tokens: 'a number of tokens of',
};

function firstExcess(document: DocumentNode, operation: OperationDefinitionNode): Excess | undefined {
  const ofDocument = excessOf(writtenMeasure(document), DOCUMENT_LIMITS);
  if (ofDocument) return ofDocument;
  return excessOf(new Measuring(fragmentsOf(document)).operation(operation), OPERATION_LIMITS);
}

function excessOf<T extends Limit>(
  measure: Readonly<Record<T, number>>,
  limits: Readonly<Record<T, number>>,
): Excess | undefined {
  const limit = (Object.keys(limits) as T[]).find((name) => measure[name] > limits[name]);
  return limit && { limit, found: measure[limit], allowed: limits[limit] };
}

function writtenMeasure({ definitions }: DocumentNode): WrittenMeasure {
  const measure = { definitions: definitions.length, selections: 0, nesting: 0 };
  for (const definition of definitions) {
    if ('selectionSet' in definition && definition.selectionSet) countWritten(definition.selectionSet, 1, measure);
  }
  return measure;
}

/** Goes no deeper than is allowed: braces can be nested deeper than calls. */
function countWritten({ selections }: SelectionSetNode, nesting: number, measure: WrittenMeasure): void {
  measure.nesting = Math.max(measure.nesting, nesting);
  measure.selections += selections.length;
  if (nesting > DOCUMENT_LIMITS.nesting) return;
  for (const selection of selections) {
    if ('selectionSet' in selection && selection.selectionSet)
      countWritten(selection.selectionSet, nesting + 1, measure);
  }
}

function countOf(nodes: readonly unknown[] | undefined): number {
  return nodes?.length ?? 0;
}

function withDirectives(measure: Measure, directives: number): Measure {
  return directives === 0 ? measure : { ...measure, directives: measure.directives + directives };
}

function added(a: Measure, b: Measure): Measure {
  return {
    depth: Math.max(a.depth, b.depth),
    rootFields: a.rootFields + b.rootFields,
    aliases: a.aliases + b.aliases,
    directives: a.directives + b.directives,
    fields: a.fields + b.fields,
  };
}
