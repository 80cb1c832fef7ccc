import {
  type DocumentNode,
  type ExecutionResult,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLScalarType,
  type GraphQLSchema,
  locatedError,
  type OperationDefinitionNode,
  valueFromAST,
} from 'graphql';
import { type CompilerOptions, compileQuery, isCompiledQuery } from 'graphql-jit';
import { COERCED, compilableDocument, type Literal, type Variables } from './compilable-document.js';

/** A document's operation, and the fragments beside it. */
export interface Operation {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  readonly fragments: readonly FragmentDefinitionNode[];
}

/** What a program runs with; `variables` are coerced. */
export interface Run {
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variables: Variables;
}

type CompiledQuery = (
  root: unknown,
  context: unknown,
  variables: Variables,
) => Promise<ExecutionResult> | ExecutionResult;

/** An operation compiled by graphql-jit for one outcome of its conditions. */
export class CompiledProgram {
  private constructor(
    private readonly query: CompiledQuery,
    private readonly literals: readonly Literal[],
  ) {}

  /** The program, or undefined where graphql-jit can't compile the operation. */
  static compile(schema: GraphQLSchema, operation: Operation, variables: Variables): CompiledProgram | undefined {
    const { definition, fragments } = operation;
    const { document, literals } = compilableDocument(schema, definition, fragments, variables);
    const made = compileQuery(withCoerced(schema), document, undefined, optionsFor(schema, operation));
    return isCompiledQuery(made) ? new CompiledProgram(made.query as CompiledQuery, literals) : undefined;
  }

  /** The answer, its errors as graphql-js makes them; undefined, with nothing run, where a written value doesn't hold. */
  run({ rootValue, contextValue, variables }: Run): Promise<ExecutionResult> | undefined {
    const values = this.literals.length === 0 ? variables : this.withLiterals(variables);
    return values && this.answer(rootValue, contextValue, values);
  }

  private async answer(rootValue: unknown, contextValue: unknown, values: Variables): Promise<ExecutionResult> {
    const result = await this.query(rootValue, contextValue, values);
    return result.errors ? { ...result, errors: result.errors.map(asGraphqlError) } : result;
  }

  private withLiterals(variables: Variables): Variables | undefined {
    const values: Record<string, unknown> = { ...variables };
    for (const { name, node, type } of this.literals) {
      const value = valueFromAST(node, type, variables);
      if (value === undefined) return undefined;
      values[name] = value;
    }
    return values;
  }
}

const schemasWithCoerced = new WeakMap<GraphQLSchema, GraphQLSchema>();

/** The schema with one scalar more, whose values pass as they are: variables are coerced before. */
function withCoerced(schema: GraphQLSchema): GraphQLSchema {
  const known = schemasWithCoerced.get(schema);
  if (known) return known;
  const coerced = new GraphQLScalarType({ name: COERCED });
  const getType = (name: string) => (name === COERCED ? coerced : schema.getType(name));
  const made: GraphQLSchema = Object.create(schema, { getType: { value: getType } });
  schemasWithCoerced.set(schema, made);
  return made;
}

/** Resolvers are told of the document as the client wrote it. */
function optionsFor(schema: GraphQLSchema, { definition, fragments }: Operation): Partial<CompilerOptions> {
  const byName = Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
  return { resolverInfoEnricher: () => ({ schema, operation: definition, fragments: byName }) };
}

/** jit's errors have no `extensions` and no nodes, carry whatever was thrown, or nothing where jit itself found the fault. */
function asGraphqlError({ message, path, locations, originalError }: GraphQLError): GraphQLError {
  const error = locatedError(originalError ?? new GraphQLError(message), undefined, path);
  return error.locations ? error : Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
}
