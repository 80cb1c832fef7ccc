import { type DocumentNode, Kind, OperationTypeNode, parse, type SelectionNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import { badInput } from '../platform/errors.js';
import { MOST_TOKENS, parserLimit, requireWithinLimits } from './document-limits.js';

const MOST_CHARACTERS_KEPT = 8 * 1024 * 1024;
const SUBSCRIPTION_TYPE = 'Subscription';
const MOST_DOCUMENTS_KEPT = 1_000;

/** Keeps floods away from validation, whose work grows faster than the document does. */
export class DocumentGuard {
  private readonly parsed = new LRUCache<string, DocumentNode>({
    max: MOST_DOCUMENTS_KEPT,
    maxSize: MOST_CHARACTERS_KEPT,
    sizeCalculation: (_document, text) => text.length + 1,
  });

  /** Throws QUERY_TOO_COMPLEX for a document beyond the limits. What can't be parsed passes: the parser's own error says why. */
  check(query: unknown, operationName: unknown): void {
    if (typeof query !== 'string') return;
    const document = this.documentOf(query);
    if (!document) return;
    requireWithinLimits(document, typeof operationName === 'string' ? operationName : null);
    refuseConditionalSubscriptions(document);
  }

  private documentOf(query: string): DocumentNode | undefined {
    const known = this.parsed.get(query);
    if (known) return known;
    try {
      const document = parse(query, { noLocation: true, maxTokens: MOST_TOKENS });
      this.parsed.set(query, document);
      return document;
    } catch (error) {
      const refusal = parserLimit(error);
      if (refusal) throw refusal;
      return undefined;
    }
  }
}

/** graphql-js's own rule for the one field of a subscription fails on a condition there that a variable decides. */
function refuseConditionalSubscriptions({ definitions }: DocumentNode): void {
  for (const definition of definitions) {
    const isRoot =
      definition.kind === Kind.OPERATION_DEFINITION
        ? definition.operation === OperationTypeNode.SUBSCRIPTION
        : definition.kind === Kind.FRAGMENT_DEFINITION && definition.typeCondition.name.value === SUBSCRIPTION_TYPE;
    if (isRoot && 'selectionSet' in definition && definition.selectionSet.selections.some(isConditional))
      throw badInput('query', 'the field of a subscription takes no @skip and no @include');
  }
}

function isConditional({ directives = [] }: SelectionNode): boolean {
  return directives.some(({ name }) => name.value === 'skip' || name.value === 'include');
}
