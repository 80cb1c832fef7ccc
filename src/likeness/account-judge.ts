import type { GroupJudge } from '../matching/cluster.rules.js';
import type { HolderGrade } from '../matching/comparisons.rules.js';
import type { MatchModel } from '../matching/match-model.js';
import { judgeOfRecords } from '../matching/record-judge.js';
import { preparedAccount } from './account-pairs.js';
import { ACCOUNT_SCHEMA } from './account-schema.js';
import type { AccountValues } from './account-values.rules.js';

/** What an account is compared by; and of what identifies one, the blinded value. */
export interface ComparedValues {
  readonly values: AccountValues;
  readonly keys: { readonly phone: string | undefined; readonly email: string | undefined };
}

/** How many people hold an identifier, by its blinded value. */
export type GradeOfKey = (key: string) => HolderGrade;

const IDENTIFYING = ['phone', 'email'] as const;

/** Judges groups of these accounts by a model; nodes are their places. */
export function judgeOfAccounts(
  model: MatchModel,
  accounts: readonly ComparedValues[],
  gradeOfKey: GradeOfKey,
): GroupJudge<unknown> {
  const records = accounts.map(({ values }) => preparedAccount(values));
  const grades = new Map<string, HolderGrade>();
  for (const name of IDENTIFYING) {
    const at = ACCOUNT_SCHEMA.fields.findIndex((field) => field.name === name);
    for (const [account, { keys }] of accounts.entries()) {
      const [key, value] = [keys[name], records[account]?.[at]];
      if (key !== undefined && value) grades.set(`${name} ${value.key}`, gradeOfKey(key));
    }
  }
  const judge = judgeOfRecords(
    ACCOUNT_SCHEMA,
    model,
    records,
    ({ name }, { key }) => grades.get(`${name} ${key}`) ?? 0,
  );
  return judge as GroupJudge<unknown>;
}
