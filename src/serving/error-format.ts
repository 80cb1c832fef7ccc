import { HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { asUnavailable } from '../platform/database.js';
import { AppError, ERROR_CODES, type ErrorCode } from '../platform/errors.js';
import { withoutToken } from './value-faults.js';

/** What GraphQL itself refuses, with codes as Apollo Server has them. */
const GRAPHQL_CODES: ReadonlySet<unknown> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** What is said of a fault: its code, a message and, of a known one, details. */
interface Told {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

/**
 * Errors as clients see them: each with `extensions.code` and `extensions.requestId`, and `extensions.details` where
 * there are any. What nobody foresaw is logged under the request id and shown with that id alone.
 */
export class ErrorFormat {
  constructor(private readonly logger: Logger) {}

  /** One error of an answer. */
  show(error: GraphQLError, requestId: string): GraphQLFormattedError {
    const { locations, path } = error;
    const { message, code, details } = this.tell(error, requestId);
    return {
      message,
      ...(locations && { locations }),
      ...(path && { path }),
      extensions: { code, requestId, ...(details !== undefined && { details }) },
    };
  }

  /** An error that ends a request before its execution: the HTTP status is its code's. */
  refusal(error: unknown, requestId: string): GraphQLError {
    const { message, code, details } = this.tell(error, requestId);
    return new GraphQLError(message, {
      extensions: { code, requestId, ...(details !== undefined && { details }), http: httpOf(code) },
    });
  }

  /** Logs what stopped a request outside the execution of fields. */
  logFailure(error: unknown, requestId: string): void {
    this.logger.error({ requestId, err: causeOf(error) }, 'request failed');
  }

  private tell(error: unknown, requestId: string): Told {
    const toldBefore = error instanceof GraphQLError && error.extensions.requestId === requestId;
    if (toldBefore)
      return { message: error.message, code: String(error.extensions.code), details: error.extensions.details };
    const cause = asUnavailable(causeOf(error));
    if (cause instanceof AppError) return this.tellKnown(cause, requestId);
    return toldByGraphql(error) ?? this.tellUnforeseen(cause, requestId);
  }

  private tellKnown({ code, message, details }: AppError, requestId: string): Told {
    this.logger[ERROR_CODES[code].logLevel]({ requestId, code }, 'request refused');
    return { code, message, ...(Object.keys(details).length > 0 && { details }) };
  }

  private tellUnforeseen(cause: unknown, requestId: string): Told {
    this.logFailure(cause, requestId);
    return { code: 'INTERNAL_SERVER_ERROR', message: `Something went wrong. Request id: ${requestId}` };
  }
}

/** The error that GraphQL's own ones were wrapped around, or the innermost of those. */
function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error;
}

function toldByGraphql(error: unknown): Told | undefined {
  if (!(error instanceof GraphQLError)) return undefined;
  const { code, details } = error.extensions;
  if (GRAPHQL_CODES.has(code)) return { code: String(code), message: withoutToken(error.message), details };
  const cause = causeOf(error);
  const isArgument = cause instanceof GraphQLError && cause.message.startsWith('Argument "');
  if (!isArgument) return undefined;
  return { code: 'BAD_USER_INPUT', message: error.message.replace(/ has invalid value .*/s, ' has an invalid value.') };
}

function httpOf(code: string): { status: number; headers: HeaderMap } {
  const headers = new HeaderMap();
  if (code === 'UNAUTHENTICATED') headers.set('www-authenticate', 'Bearer');
  return { status: isKnown(code) ? ERROR_CODES[code].httpStatus : 500, headers };
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}
