import { AppError } from '../platform/errors.js';
import type { Permission } from './permissions.js';

/** The one answer to whoever shows no token, or one that doesn't hold; it never says which of its checks failed. */
export function unauthenticated(): AppError {
  return new AppError('UNAUTHENTICATED', 'The token is missing, malformed, expired or revoked.');
}

/** The answer to a known caller without the permission; `path` is the field's place in the answer, `field` its name in the schema. */
export function forbidden(path: string, field: string, permission: Permission): AppError {
  return new AppError('FORBIDDEN', `${path}: ${field} needs the permission ${permission}.`, { path, permission });
}
