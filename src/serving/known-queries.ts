import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { OperationTypeNode } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { ServingContext } from './serving-context.js';

const MOST_QUERIES = 1_000;
const MOST_CHARACTERS = 8 * 1024 * 1024;
const MOST_MEDIA_TYPES = 100;
const LONGEST_ACCEPT = 200;

/** A query that Apollo Server has parsed and validated, and that a caller was let in with. */
export interface KnownQuery {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** What Apollo Server has found out about requests and would find out again: bounded, and true for as long as the schema is. */
export class KnownQueries {
  private readonly queries = new LRUCache<string, KnownQuery>({
    max: MOST_QUERIES,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_, key) => key.length,
  });
  private readonly mediaTypes = new LRUCache<string, string>({ max: MOST_MEDIA_TYPES });

  /** The query of a text and an operation's name. */
  find(text: string, operationName: string | undefined): KnownQuery | undefined {
    return this.queries.get(keyOf(text, operationName));
  }

  /** The media type that `accept` is answered in. */
  mediaTypeFor(accept: string | undefined): string | undefined {
    return this.mediaTypes.get(accept ?? '');
  }

  /** Keeps the media type that Apollo Server chose for an answer. */
  keepMediaType(accept: string | undefined, mediaType: string | undefined): void {
    if (mediaType !== undefined && (accept ?? '').length <= LONGEST_ACCEPT)
      this.mediaTypes.set(accept ?? '', mediaType);
  }

  /** The plugin that tells of queries; comes after admission, so that only what may run is kept. */
  plugin(): ApolloServerPlugin<ServingContext> {
    const listener = {
      executionDidStart: async ({ source, document, operation, request }: Executed) => {
        if (operation?.operation !== OperationTypeNode.QUERY) return;
        this.queries.set(keyOf(source, request.operationName), { document, operation });
      },
    };
    return { requestDidStart: async () => listener };
  }
}

interface Executed {
  readonly source: string;
  readonly document: DocumentNode;
  /** Whatever Apollo Server declares: absent where the document has none of the name asked for. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly request: { readonly operationName?: string | undefined };
}

/** No document and no name holds a null character. */
function keyOf(text: string, operationName: string | undefined): string {
  return operationName === undefined ? text : `${operationName}\0${text}`;
}
