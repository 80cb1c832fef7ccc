import type { MatchSchema } from '../matching/match-schema.js';

/**
 * What of an account is compared with others, under the names of its traits. A field more takes its traits in
 * `account-values.rules.ts`, and says nothing until a model is learned anew; `blocking.rules.ts` has the keys by its kind.
 */
export const ACCOUNT_SCHEMA = {
  idColumn: 'accountId',
  fields: [
    { name: 'name', kind: 'personName' },
    { name: 'gender', kind: 'gender' },
    { name: 'birthday', kind: 'birthday' },
    { name: 'phone', kind: 'phone' },
    { name: 'email', kind: 'email' },
    { name: 'address', kind: 'address', columns: ['province', 'city', 'address'] },
  ],
} as const satisfies MatchSchema;
