/** What an `Authorization` header holds: a user token or an API token. */
export type Credential =
  | { readonly kind: 'user'; readonly token: string }
  | { readonly kind: 'api'; readonly token: string };

const API_TOKEN = /^trb_[\w-]{43}$/;
const USER_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const HEADER = /^(bearer|basic) +(\S+)$/i;

/**
 * Reads `Bearer <user token>`, `Bearer trb_...` and, as Segment's clients send it, `Basic` with an API token as user name
 * and an empty password. Anything else is undefined.
 */
export function readAuthorization(header: string | undefined): Credential | undefined {
  const [, scheme = '', value = ''] = HEADER.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'basic') return apiCredential(userNameOf(value));
  return apiCredential(value) ?? (USER_TOKEN.test(value) ? { kind: 'user', token: value } : undefined);
}

function apiCredential(token: string): Credential | undefined {
  return API_TOKEN.test(token) ? { kind: 'api', token } : undefined;
}

function userNameOf(value: string): string {
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.endsWith(':') ? text.slice(0, -1) : text;
}
