/**
 * Every error a client can meet, on one page. Anything that is not an `AppError` is a defect: it is logged under the
 * request id and shown as INTERNAL_SERVER_ERROR with that id and nothing more.
 */
export const ERROR_CODES = {
  UNAUTHENTICATED: { httpStatus: 401, logLevel: 'info' },
  FORBIDDEN: { httpStatus: 403, logLevel: 'info' },
  DOCUMENT_NOT_TRUSTED: { httpStatus: 403, logLevel: 'info' },
  NOT_FOUND: { httpStatus: 404, logLevel: 'info' },
  BAD_USER_INPUT: { httpStatus: 400, logLevel: 'info' },
  CONFLICT: { httpStatus: 409, logLevel: 'info' },
  RATE_LIMITED: { httpStatus: 429, logLevel: 'info' },
  CONSENT_REQUIRED: { httpStatus: 403, logLevel: 'info' },
  CURSOR_EXPIRED: { httpStatus: 410, logLevel: 'info' },
  BUDGET_SPENT: { httpStatus: 429, logLevel: 'info' },
  QUERY_TOO_COMPLEX: { httpStatus: 400, logLevel: 'info' },
  NOT_IMPLEMENTED: { httpStatus: 501, logLevel: 'info' },
  SERVICE_UNAVAILABLE: { httpStatus: 503, logLevel: 'error' },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What was wrong (`message`), where (`details.path`) and, where there is a list, which other faults (`details`). */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'AppError';
  }
}

/** Whether something thrown is a coded error of this kind. */
export function hasCode(error: unknown, code: ErrorCode): error is AppError {
  return error instanceof AppError && error.code === code;
}

/** An input that breaks a rule; `path` names the place in the input, as `events[3].traits.phone`. */
export function badInput(path: string, message: string, details: Record<string, unknown> = {}): AppError {
  return new AppError('BAD_USER_INPUT', `${path}: ${message}`, { path, ...details });
}

/** The one answer for what does not exist, belongs to another tenant or was erased. */
export function notFound(what: string): AppError {
  return new AppError('NOT_FOUND', `${what} was not found.`);
}

/** The one answer for an operation of the contract whose capability is not built yet. */
export function notImplemented(operation: string): AppError {
  return new AppError('NOT_IMPLEMENTED', `${operation} is part of the contract and not built yet.`);
}
