import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import { type FieldRules, rulesOf } from '../access/field-rules.js';
import { fragmentsOf } from '../platform/fragments.js';
import { OperationCache } from '../platform/operation-cache.js';
import { entriesOfLists, lengthOfList, pageOfField } from './cost-arguments.js';
import { type Amount, derived, type Formula, FREE, onceARequest, pointsOf, sumOf } from './cost-formula.js';
import {
  FIELD_COSTS,
  type FieldCost,
  LIST_ENTRY_WEIGHT,
  MUTATION_WEIGHT,
  OBJECT_WEIGHT,
  PART_WEIGHT,
  PLAIN_LIST_SIZE,
} from './field-costs.js';

type Field = GraphQLField<unknown, unknown>;

const NO_EXCEPTION: FieldCost = {};

/**
 * The cost of operations over one schema, in points. An object costs 1, or 0.1 inside another one's document; a list
 * multiplies what is below it by its page (`first`, else the schema's default), or by how long such a list is taken to
 * be; values are free; `FIELD_COSTS` has the exceptions. A mutation costs 10, and 0.1 for each entry of a list it is
 * given. The formula is made once a document and operation; then a request pays for its variables alone.
 */
export class QueryCost {
  private readonly formulas: OperationCache<Formula>;

  constructor(schema: GraphQLSchema) {
    const rules = rulesOf(schema);
    this.formulas = new OperationCache((document, operation) => new Costing(schema, rules, document, operation).make());
  }

  /** Points of a valid document's operation with these variables; at least 1. */
  of(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>>,
  ): number {
    const formula = this.formulas.of(document, operationName) ?? FREE;
    return Math.max(1, Math.ceil(pointsOf(formula, { variables, known: new Map() }).own));
  }
}

/** Makes the formula of one operation; a fragment's is made once, however often it is spread. */
class Costing {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly made = new Map<string, Formula>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly rules: FieldRules,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    this.fragments = fragmentsOf(document);
  }

  make(): Formula {
    const root = this.schema.getRootType(this.operation.operation);
    return root ? this.set(root, this.operation.selectionSet) : FREE;
  }

  private set(type: GraphQLNamedType, { selections }: SelectionSetNode): Formula {
    return sumOf(selections.map((selection) => this.selection(type, selection)));
  }

  private selection(type: GraphQLNamedType, node: SelectionNode): Formula {
    if (node.kind === Kind.FIELD) return this.field(type, node);
    if (node.kind === Kind.FRAGMENT_SPREAD) return this.fragment(node.name.value);
    const narrowed = node.typeCondition && this.schema.getType(node.typeCondition.name.value);
    return this.set(narrowed ?? type, node.selectionSet);
  }

  private fragment(name: string): Formula {
    const known = this.made.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    const type = fragment && this.schema.getType(fragment.typeCondition.name.value);
    const formula = fragment && type ? onceARequest(this.set(type, fragment.selectionSet)) : FREE;
    this.made.set(name, formula);
    return formula;
  }

  private field(type: GraphQLNamedType, node: FieldNode): Formula {
    const field = fieldOf(this.schema, type, node.name.value);
    if (!field) return FREE;
    const exception = this.exceptionOf(type, field);
    const entries = this.isRoot(type) ? entriesOfLists(field, node, this.operation) : 0;
    const weight = (exception.weight ?? 0) + this.weightOfRoot(type);
    const below = isLeafType(getNamedType(field.type)) ? FREE : this.below(type, field, node, exception);
    return derived(below, [entries], ({ own, perItem }, [given = 0]) => ({
      own: own + weight + given * LIST_ENTRY_WEIGHT,
      perItem,
    }));
  }

  private below(type: GraphQLNamedType, field: Field, node: FieldNode, exception: FieldCost): Formula {
    const selected = node.selectionSet ? this.set(getNamedType(field.type), node.selectionSet) : FREE;
    const page = pageOfField(field, node, this.operation);
    const object = this.weightOfObject(type, field);
    if (!isList(field.type))
      return derived(selected, [page ?? 1], ({ own, perItem }, [items = 1]) => fixed(object + own + items * perItem));
    // the list of a page: how long it is, is known where the page was asked for
    if (isPage(type) && !page) return derived(selected, [], ({ own }) => ({ own: 0, perItem: object + own }));
    return derived(selected, [page ?? this.sizeOf(node, exception)], ({ own, perItem }, [items = 1]) =>
      fixed(items * (object + own + perItem)),
    );
  }

  private sizeOf(node: FieldNode, { size = PLAIN_LIST_SIZE }: FieldCost): Amount {
    return typeof size === 'number' ? size : lengthOfList(node, size, this.operation);
  }

  private weightOfRoot(type: GraphQLNamedType): number {
    return this.isRoot(type) && this.operation.operation === OperationTypeNode.MUTATION ? MUTATION_WEIGHT : 0;
  }

  private weightOfObject(type: GraphQLNamedType, field: Field): number {
    const named = getNamedType(field.type);
    if (isWrapper(named) && !this.isRoot(type)) return 0;
    const isRead =
      this.isRoot(type) || isWrapper(type) || this.namesOf(type, field).some((name) => this.rules.has(name));
    return isRead ? OBJECT_WEIGHT : PART_WEIGHT;
  }

  private exceptionOf(type: GraphQLNamedType, field: Field): FieldCost {
    const name = this.namesOf(type, field).find((one) => Object.hasOwn(FIELD_COSTS, one));
    return (name && FIELD_COSTS[name]) || NO_EXCEPTION;
  }

  /** `Type.field`, and the same of the interfaces it comes from. */
  private namesOf(type: GraphQLNamedType, { name }: Field): string[] {
    const owners = isObjectType(type) || isInterfaceType(type) ? [type, ...type.getInterfaces()] : [];
    return owners.map((owner) => `${owner.name}.${name}`);
  }

  private isRoot(type: GraphQLNamedType): boolean {
    return type === this.schema.getRootType(this.operation.operation);
  }
}

function fixed(own: number) {
  return { own, perItem: 0 };
}

function fieldOf(schema: GraphQLSchema, type: GraphQLNamedType, name: string): Field | undefined {
  if (type === schema.getQueryType() && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
  if (type === schema.getQueryType() && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

/** A page of a connection: its list is as long as the field that gave it was asked for. */
function isPage(type: GraphQLNamedType): boolean {
  return isObjectType(type) && ['pageInfo', 'hasNextPage'].some((name) => name in type.getFields());
}

/** What stands between a page and its objects, and costs nothing by itself. */
function isWrapper(type: GraphQLNamedType): boolean {
  return isPage(type) || (isObjectType(type) && ['node', 'cursor'].every((name) => name in type.getFields()));
}
