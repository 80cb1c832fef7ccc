import { type DocumentNode, getOperationAST, type OperationDefinitionNode } from 'graphql';

/** What is worked out once for each operation of a parsed document, and kept for as long as the document is. */
export class OperationCache<T> {
  private readonly known = new WeakMap<DocumentNode, Map<string, T>>();

  constructor(private readonly make: (document: DocumentNode, operation: OperationDefinitionNode) => T) {}

  /** Of the operation that runs; undefined where the document has none of this name. */
  of(document: DocumentNode, operationName?: string | null): T | undefined {
    const operations = this.known.get(document) ?? new Map<string, T>();
    this.known.set(document, operations);
    const key = operationName ?? '';
    const found = operations.get(key);
    if (found !== undefined) return found;
    const operation = getOperationAST(document, operationName);
    if (!operation) return undefined;
    const made = this.make(document, operation);
    operations.set(key, made);
    return made;
  }
}
