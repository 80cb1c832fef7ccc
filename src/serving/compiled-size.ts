import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * How many fields an operation comes to when it is compiled: fragments written out wherever they stand, and once for each
 * type that an interface may be. Infinity where compiled code would not do what the document says: introspection, and
 * names in the answer or of variables that the generated code can't tell from its own.
 */
export function compiledSize(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
): number {
  const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  if (names.some((name) => name in Object.prototype)) return Infinity;
  const root = schema.getRootType(operation.operation);
  return root ? new SizeOf(schema, fragments).selections(operation.selectionSet, root) : Infinity;
}

class SizeOf {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly sizes = new Map<string, number>();

  constructor(
    private readonly schema: GraphQLSchema,
    fragments: readonly FragmentDefinitionNode[],
  ) {
    this.fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  selections({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined): number {
    let size = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) size += this.field(selection, parent);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) size += this.fragment(selection.name.value);
      else
        size += this.selections(selection.selectionSet, this.typeNamed(selection.typeCondition?.name.value) ?? parent);
    }
    return size;
  }

  private field(node: FieldNode, parent: GraphQLNamedType | undefined): number {
    if (!isSafe(node)) return Infinity;
    if (!node.selectionSet) return 1;
    const fields = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields() : {};
    const type = getNamedType(fields[node.name.value]?.type);
    const types = isAbstractType(type) ? this.schema.getPossibleTypes(type).length : 1;
    return 1 + types * this.selections(node.selectionSet, type);
  }

  private fragment(name: string): number {
    const known = this.sizes.get(name);
    if (known !== undefined) return known;
    this.sizes.set(name, Infinity); // what a fragment that names itself comes to
    const fragment = this.fragments.get(name);
    const size = fragment
      ? this.selections(fragment.selectionSet, this.typeNamed(fragment.typeCondition.name.value))
      : Infinity;
    this.sizes.set(name, size);
    return size;
  }

  private typeNamed(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.schema.getType(name);
  }
}

/** graphql-jit joins the names on a path by `_` to name what it generates, and keeps them as keys of plain objects. */
function isSafe({ alias, name }: FieldNode): boolean {
  if (name.value === '__schema' || name.value === '__type') return false;
  return alias === undefined || !(alias.value.includes('_') || alias.value in Object.prototype);
}
