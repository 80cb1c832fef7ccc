import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLCompositeType,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { fragmentsOf } from '../platform/fragments.js';
import { OperationCache } from '../platform/operation-cache.js';

type Variables = Readonly<Record<string, unknown>>;

/** An operation of a valid document, as it was asked for. */
export interface SelectedOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  /** Asked for only where the selection depends on them; coerced. */
  readonly variables: () => Variables;
}

/** What is selected whatever the variables say; undefined where `@skip` or `@include` ask them. */
interface Selection {
  readonly fixed: ReadonlySet<string> | undefined;
  readonly operation: OperationDefinitionNode;
}

/** The fields that an operation selects, as `Identifier.value`; those of a type that implements an interface also under its name. */
export class SelectedFields {
  private readonly selections = new OperationCache((document, operation): Selection => {
    const isFixed = !hasConditions(document);
    return { operation, fixed: isFixed ? this.read(document, operation, {}) : undefined };
  });

  constructor(private readonly schema: GraphQLSchema) {}

  of({ document, operationName, variables }: SelectedOperation): ReadonlySet<string> {
    const found = this.selections.of(document, operationName);
    return found?.fixed ?? (found ? this.read(document, found.operation, variables()) : new Set());
  }

  private read(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): Set<string> {
    const fields = new Set<string>();
    const fragments = fragmentsOf(document);
    const definitions: ASTNode[] = [operation];
    const typeInfo = new TypeInfo(this.schema);
    const visitor = visitWithTypeInfo(typeInfo, {
      Field: (node) => {
        if (!isIn(node, variables)) return false;
        for (const name of namesOf(typeInfo.getParentType())) fields.add(`${name}.${node.name.value}`);
        return undefined;
      },
      InlineFragment: (node) => (isIn(node, variables) ? undefined : false),
      FragmentSpread: (node) => {
        const fragment = isIn(node, variables) ? fragments.get(node.name.value) : undefined;
        if (!fragment) return;
        definitions.push(fragment);
        fragments.delete(node.name.value);
      },
    });
    for (const definition of definitions) visit(definition, visitor); // grows with the fragments that are spread
    return fields;
  }
}

function namesOf(type: GraphQLCompositeType | null | undefined): string[] {
  if (!type) return [];
  return [type.name, ...(isObjectType(type) ? type.getInterfaces().map(({ name }) => name) : [])];
}

function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    [Kind.DIRECTIVE]: ({ name }: DirectiveNode) => {
      if (name.value === 'skip' || name.value === 'include') found = true;
    },
  });
  return found;
}

function isIn(node: SelectionNode, variables: Variables): boolean {
  if (!node.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, node, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, node, variables);
  return skip?.if !== true && include?.if !== false;
}
