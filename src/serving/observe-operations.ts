import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse } from '@apollo/server';
import { type DocumentNode, GraphQLError, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql';
import { rootFieldsOf } from '../access/document-rules.js';
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

/** The field that a valid operation is counted under: the one at its root, `introspection`, or `several`. */
export function labelOf(document: DocumentNode, operation: OperationDefinitionNode): string {
  const known = LABELS.get(operation);
  const field = known ?? fieldOf(operation, document);
  if (known === undefined) LABELS.set(operation, field);
  return field;
}

function fieldOf(operation: OperationDefinitionNode, document: DocumentNode): string {
  const names = new Set(rootFieldsOf(document, operation).map(({ name }) => name.value));
  const [first = 'none', ...more] = [...names].filter((name) => names.size === 1 || name !== '__typename');
  if (more.length > 0) return 'several';
  return first.startsWith('__') ? 'introspection' : first;
}

function codeOf({ response }: GraphQLRequestContextWillSendResponse<ServingContext>): string {
  return codeOfErrors(response.body.kind === 'single' ? response.body.singleResult.errors : undefined);
}

/** The code that an answer with these errors, as they are shown, is counted under. */
export function codeOfErrors(errors: readonly GraphQLFormattedError[] | undefined): string {
  return errors?.[0] ? String(errors[0].extensions?.code) : 'OK';
}
