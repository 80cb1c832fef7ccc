import { AppError } from '../platform/errors.js';
import type { Permission } from './permissions.js';

/** Whose token it was that holds no more: nothing of it is told to the caller. */
export interface FormerCaller {
  readonly kind: 'USER' | 'API_TOKEN';
  readonly tenantId: string;
  readonly subject: string;
}

const formerCallers = new WeakMap<AppError, FormerCaller>();

/** The one answer to whoever shows no token, or one that doesn't hold; it never says which of its checks failed. */
export function unauthenticated(former?: FormerCaller): AppError {
  const error = new AppError('UNAUTHENTICATED', 'The token is missing, malformed, expired or revoked.');
  if (former) formerCallers.set(error, former);
  return error;
}

/** Whose token a refusal was for, where its signature or its secret is right and it is only over; undefined otherwise. */
export function formerCallerOf(error: unknown): FormerCaller | undefined {
  return error instanceof AppError ? formerCallers.get(error) : undefined;
}

/** The answer to a known caller whose tenant is suspended, or about to be deleted. */
export function suspended(): AppError {
  return new AppError('FORBIDDEN', 'The tenant is suspended: those who run this platform can tell why.');
}

/** The answer to a known caller without the permission; `path` is the field's place in the answer, `field` its name in the schema. */
export function forbidden(path: string, field: string, permission: Permission): AppError {
  return new AppError('FORBIDDEN', `${path}: ${field} needs the permission ${permission}.`, { path, permission });
}
