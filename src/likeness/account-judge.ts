import type { PhoneNumber } from '../comparing/phone-number.rules.js';
import type { GroupJudge } from '../matching/cluster.rules.js';
import type { HolderGrade, ReadValue } from '../matching/comparisons.rules.js';
import type { MatchModel } from '../matching/match-model.js';
import type { PreparedRecord } from '../matching/prepared-record.rules.js';
import { judgeOfRecords } from '../matching/record-judge.js';
import { preparedAccount } from './account-pairs.js';
import { ACCOUNT_SCHEMA } from './account-schema.js';
import { type AccountValues, isClaimed } from './account-values.rules.js';

/** What an account is compared by; and of what identifies one, the blinded value. */
export interface ComparedValues {
  readonly values: AccountValues;
  readonly keys: { readonly phone: string | undefined; readonly email: string | undefined };
}

/** How many people hold an identifier, by its blinded value. */
export type GradeOfKey = (key: string) => HolderGrade;

/** The places of the fields that identify, which claims tell of. */
const IDENTIFYING = ACCOUNT_SCHEMA.fields.flatMap(({ name }, at) => (isClaimed(name) ? [{ name, at }] : []));

/** Judges groups of these accounts by a model; nodes are their places. */
export function judgeOfAccounts(
  model: MatchModel,
  accounts: readonly ComparedValues[],
  gradeOfKey: GradeOfKey,
): GroupJudge<unknown> {
  const grades = new Map<string, HolderGrade>();
  const records = accounts.map((account) => claimedOnly(account));
  for (const [place, { keys }] of accounts.entries()) {
    for (const { name, at } of IDENTIFYING) {
      const [key, value] = [keys[name], records[place]?.[at]];
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

/** An account without the whole phones and emails that no claim tells of: they would count as one person's alone. */
function claimedOnly({ values, keys }: ComparedValues): PreparedRecord {
  const unclaimed = new Set(IDENTIFYING.filter(({ name }) => keys[name] === undefined).map(({ at }) => at));
  return preparedAccount(values).map((value, at) =>
    value && unclaimed.has(at) && !isMasked(value) ? undefined : value,
  );
}

function isMasked(value: ReadValue): boolean {
  return (value as Partial<PhoneNumber>).isMasked === true;
}
