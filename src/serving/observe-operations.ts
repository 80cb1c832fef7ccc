import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse } from '@apollo/server';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLFormattedError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Metrics } from '../platform/metrics.js';
import { describeSpan } from '../platform/tracing.js';
import { callerOf, type ServingContext } from './serving-context.js';

const LABELS = new WeakMap<OperationDefinitionNode, string>();
/** A document that never came to an operation: malformed, invalid, refused before it was read. */
const NO_OPERATION = { type: 'none', field: 'none' };

/**
 * Counts and times operations by the field they ask for, and tells the trace. Clients choose an operation's name, so it
 * is neither counted nor traced. Comes after the plugin that shapes errors: it counts the codes that are shown.
 */
export function observeOperations(metrics: Metrics): ApolloServerPlugin<ServingContext> {
  return {
    requestDidStart: async () => {
      const started = performance.now();
      return {
        willSendResponse: async (request) => {
          const { type, field } = operationOf(request);
          const code = codeOf(request);
          metrics.operationAnswered({ type, field, code, seconds: (performance.now() - started) / 1_000 });
          describeSpan(type === 'none' ? 'graphql' : `${type} ${field}`, {
            'graphql.operation.type': type,
            'tributary.field': field,
            'tributary.code': code,
            'tributary.tenant': callerOf(request.contextValue)?.tenantId,
          });
        },
      };
    },
    contextCreationDidFail: async ({ error }) => {
      const shown = error instanceof GraphQLError ? error.extensions.code : undefined;
      metrics.operationAnswered({ ...NO_OPERATION, code: String(shown ?? 'INTERNAL_SERVER_ERROR'), seconds: 0 });
    },
  };
}

function operationOf({ document, operation }: GraphQLRequestContextWillSendResponse<ServingContext>) {
  if (!document || !operation) return NO_OPERATION;
  return { type: operation.operation, field: labelOf(document, operation) };
}

/** The field that a valid operation is counted under. */
export function labelOf(document: DocumentNode, operation: OperationDefinitionNode): string {
  const known = LABELS.get(operation);
  const field = known ?? fieldOf(operation, document);
  if (known === undefined) LABELS.set(operation, field);
  return field;
}

/** The one field at the root of a valid operation, `introspection`, or `several`. */
function fieldOf(operation: OperationDefinitionNode, document: DocumentNode): string {
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition]),
  );
  const names = new Set<string>();
  collectRootNames(operation.selectionSet, fragments, names);
  const [first = 'none', ...more] = [...names].filter((name) => names.size === 1 || name !== '__typename');
  if (more.length > 0) return 'several';
  return first.startsWith('__') ? 'introspection' : first;
}

/** Reads each fragment once, however often it is spread. */
function collectRootNames(
  { selections }: SelectionSetNode,
  unread: Map<string, FragmentDefinitionNode>,
  names: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      names.add(selection.name.value);
      continue;
    }
    const below = selection.kind === Kind.INLINE_FRAGMENT ? selection : unread.get(selection.name.value);
    if (selection.kind === Kind.FRAGMENT_SPREAD) unread.delete(selection.name.value);
    if (below) collectRootNames(below.selectionSet, unread, names);
  }
}

function codeOf({ response }: GraphQLRequestContextWillSendResponse<ServingContext>): string {
  return codeOfErrors(response.body.kind === 'single' ? response.body.singleResult.errors : undefined);
}

/** The code that an answer with these errors, as they are shown, is counted under. */
export function codeOfErrors(errors: readonly GraphQLFormattedError[] | undefined): string {
  return errors?.[0] ? String(errors[0].extensions?.code) : 'OK';
}
