import { badInput } from '../platform/errors.js';

const WELL_FORMED = /^[\x21-\x7e]{1,128}$/;

/** The codes of errors that would be the same another time: an answer with other ones is not kept. */
const LASTING_CODES: ReadonlySet<unknown> = new Set([
  'BAD_USER_INPUT',
  'CONFLICT',
  'CONSENT_REQUIRED',
  'FORBIDDEN',
  'NOT_FOUND',
  'NOT_IMPLEMENTED',
]);

/** What a mutation was answered. */
export interface KeptAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[] | undefined;
}

/** The key that a client gave its mutation: 1 to 128 printable ASCII characters without spaces; else BAD_USER_INPUT. */
export function idempotencyKey(header: string): string {
  if (WELL_FORMED.test(header)) return header;
  throw badInput('Idempotency-Key', 'must be 1 to 128 printable ASCII characters without spaces');
}

/** Whether an answer is given again to whoever repeats the mutation: it ran, and its errors are the client's own. */
export function isWorthKeeping({ data, errors = [] }: KeptAnswer): boolean {
  return data !== undefined && errors.every(({ extensions }) => LASTING_CODES.has(extensions?.code));
}
