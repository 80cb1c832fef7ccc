import { type DocumentNode, parse } from 'graphql';
import { LRUCache } from 'lru-cache';
import { MOST_TOKENS, parserLimit, requireWithinLimits } from './document-limits.js';

const MOST_CHARACTERS_KEPT = 8 * 1024 * 1024;
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
    if (document) requireWithinLimits(document, typeof operationName === 'string' ? operationName : null);
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
