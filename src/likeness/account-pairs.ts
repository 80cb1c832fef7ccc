import { boundOf } from '../matching/blocking.rules.js';
import type { PairExplanation } from '../matching/match-explanation.rules.js';
import type { MatchModel } from '../matching/match-model.js';
import type { PreparedRecord } from '../matching/prepared-record.rules.js';
import { RecordPairs } from '../matching/record-pairs.rules.js';
import { madeOnce } from '../platform/made-once.js';
import { ACCOUNT_SCHEMA } from './account-schema.js';
import { type AccountValues, isClaimed } from './account-values.rules.js';
import type { Weighed } from './candidate.rules.js';

const RECORDS = new RecordPairs(ACCOUNT_SCHEMA);
/** Equal ones are evidence of their own, which claims find. */
const IS_CLAIMED = ACCOUNT_SCHEMA.fields.map(({ name }) => isClaimed(name));

/** What accounts are found by, in clear; at most `most` of them may share it. */
export interface AccountKey {
  readonly rule: string;
  readonly value: string;
  readonly most: number;
}

/** By the values they were read from: an account is found by its record, then compared by it. */
const prepared = madeOnce<AccountValues, PreparedRecord>();

/** An account's values, read to be compared: once for the same object. */
export function preparedAccount(values: AccountValues): PreparedRecord {
  return prepared(values, () => RECORDS.prepare(values));
}

/** The keys by which accounts that are alike find each other, each once. */
export function accountKeys(record: PreparedRecord): AccountKey[] {
  const keys = RECORDS.blockingKeysOf(record).filter(({ rule }) => !isClaimed(rule));
  const distinct = new Map(keys.map((key) => [`${key.rule} ${key.value}`, key]));
  return [...distinct.values()].map((key) => ({ ...key, most: boundOf(key.rule) }));
}

/**
 * How likely two accounts are one person, and why, apart from the identifiers that both hold: those link by themselves,
 * and are not counted twice.
 */
export function explainAccounts(model: MatchModel, left: PreparedRecord, right: PreparedRecord): PairExplanation {
  const isHeldByBoth = (at: number) => IS_CLAIMED[at] && left[at] !== undefined && left[at]?.key === right[at]?.key;
  const without = (record: PreparedRecord) => record.map((value, at) => (isHeldByBoth(at) ? undefined : value));
  return RECORDS.explain(model, without(left), without(right), () => 0);
}

/** How alike pairs of accounts are by a model, in the order of the pairs; each account is read once. */
export function weighAccounts(
  model: MatchModel,
  values: ReadonlyMap<string, AccountValues>,
  pairs: readonly (readonly [string, string])[],
): Weighed[] {
  const records = new Map([...values].map(([id, own]) => [id, preparedAccount(own)]));
  return pairs.map(([left, right]) => {
    const { probability, matchWeight } = explainAccounts(model, records.get(left) ?? [], records.get(right) ?? []);
    return { probability, weight: matchWeight };
  });
}
