import {
  type ASTNode,
  type ConstArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** The values of an operation's variables, as graphql-js coerced them. */
export type Variables = Readonly<Record<string, unknown>>;

/** A value written in the document, which the compiled program takes as a variable of this name. */
export interface Literal {
  readonly name: string;
  readonly node: ValueNode;
  readonly type: GraphQLInputType;
}

/** An operation in the form that is compiled: without conditions, and without a value of the client's in it. */
export interface CompilableDocument {
  readonly document: DocumentNode;
  readonly literals: readonly Literal[];
}

/** The name of the scalar that variables have in a compilable document: their values are coerced already. */
export const COERCED = '__Coerced';

const COERCED_TYPE: NamedTypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: COERCED } };
const CONDITIONS: readonly string[] = ['skip', 'include'];

/** The variables that `@skip` and `@include` of these definitions ask: their values decide which fields there are. */
export function conditionVariables(definitions: readonly ASTNode[]): string[] {
  const names = new Set<string>();
  for (const definition of definitions) {
    visit(definition, {
      enter: (node) => {
        const value = node.kind === Kind.DIRECTIVE ? conditionOf(node) : undefined;
        if (value?.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names];
}

/**
 * Rewrites an operation and its fragments for graphql-jit. Selections that the conditions leave out are dropped here, as
 * jit mixes the conditions of a fragment's several places up. Values written in the document become variables: jit
 * writes them into the code it makes, drops variables inside them, and would run code that they smuggle in.
 */
export function compilableDocument(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
  variables: Variables,
): CompilableDocument {
  const literals: Literal[] = [];
  const typeInfo = new TypeInfo(schema);
  const select = <T extends SelectionNode>(node: T): T | null | undefined => selected(node, variables);
  const visitor = visitWithTypeInfo(typeInfo, {
    Field: { enter: select },
    InlineFragment: { enter: select },
    FragmentSpread: { enter: select },
    Argument: {
      leave: (node) => {
        const type = typeInfo.getInputType();
        if (node.value.kind === Kind.VARIABLE || !isInputType(type)) return undefined;
        const name = `$${literals.length}`; // no client's variable can have such a name
        literals.push({ name, node: node.value, type });
        return { ...node, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name }, loc: node.value.loc } };
      },
    },
  });
  const rewritten = [operation, ...fragments].map((definition) => visit(definition, visitor));
  const [main, ...others] = rewritten as [OperationDefinitionNode, ...FragmentDefinitionNode[]];
  return { document: { kind: Kind.DOCUMENT, definitions: [withCoerced(main, literals), ...others] }, literals };
}

/** A selection without its directives, null where they leave it out, undefined where it has none. */
function selected<T extends SelectionNode>(node: T, variables: Variables): T | null | undefined {
  if (!node.directives?.length) return undefined;
  const isIn = node.directives.every((directive) => {
    const value = conditionOf(directive);
    return value === undefined || truthOf(value, variables) === (directive.name.value === 'include');
  });
  return isIn ? { ...node, directives: [] } : null;
}

function conditionOf(directive: DirectiveNode): ValueNode | undefined {
  if (!CONDITIONS.includes(directive.name.value)) return undefined;
  return (directive.arguments as readonly ConstArgumentNode[] | undefined)?.find(({ name }) => name.value === 'if')
    ?.value;
}

function truthOf(value: ValueNode, variables: Variables): boolean {
  return value.kind === Kind.VARIABLE ? variables[value.name.value] === true : 'value' in value && value.value === true;
}

/** The operation without a name and defaults, its variables and the literals taken as they come. */
function withCoerced(operation: OperationDefinitionNode, literals: readonly Literal[]): OperationDefinitionNode {
  const given = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  const names = [...given, ...literals.map(({ name }) => name)];
  const { kind, operation: type, selectionSet, loc } = operation;
  return { kind, operation: type, selectionSet, variableDefinitions: names.map(coerced), ...(loc && { loc }) };
}

function coerced(name: string): VariableDefinitionNode {
  const variable = { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } as const;
  return { kind: Kind.VARIABLE_DEFINITION, variable, type: COERCED_TYPE };
}
