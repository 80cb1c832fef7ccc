import type { MatchModel } from '../matching/match-model.js';
import { columnsOf } from '../matching/match-schema.js';
import { modelOfRecords } from '../matching/model-learning.js';
import { RecordSet } from '../matching/record-set.js';
import { weighAccounts } from './account-pairs.js';
import { ACCOUNT_SCHEMA } from './account-schema.js';
import type { AccountValues } from './account-values.rules.js';

/** An account's id, and what it is compared by. */
export type AccountEntry = readonly [id: string, values: AccountValues];

/** What a thread is called to do: take accounts, learn from all it has taken, or weigh pairs. */
export type MatchCall =
  | { readonly do: 'take'; readonly accounts: readonly AccountEntry[] }
  | { readonly do: 'learn' }
  | {
      readonly do: 'weigh';
      /** The number of a model, which comes along the first time. */
      readonly model: number;
      readonly given: MatchModel | undefined;
      /** Models that are no longer needed. */
      readonly dropped: readonly number[];
      readonly accounts: ReadonlyMap<string, AccountValues>;
      readonly pairs: readonly (readonly [string, string])[];
    };

const COLUMNS = columnsOf(ACCOUNT_SCHEMA) as readonly (keyof AccountValues)[];

/** What is done inside a thread, from one call to the next. */
export class MatchWork {
  private taken = new RecordSet(ACCOUNT_SCHEMA);
  private readonly models = new Map<number, MatchModel>();

  /** Does what a call asks for; `onShare` tells how far learning is, 0 to 1. */
  answer(call: MatchCall, onShare: (share: number) => void): unknown {
    if (call.do === 'take') return this.take(call.accounts);
    if (call.do === 'learn') return this.learn(onShare);
    for (const number of call.dropped) this.models.delete(number);
    if (call.given) this.models.set(call.model, call.given);
    return weighAccounts(this.modelOf(call.model), call.accounts, call.pairs);
  }

  private take(accounts: readonly AccountEntry[]): void {
    for (const [id, values] of accounts)
      this.taken.add(
        id,
        COLUMNS.map((column) => values[column] ?? ''),
      );
  }

  private learn(onShare: (share: number) => void): MatchModel {
    const records = this.taken;
    this.taken = new RecordSet(ACCOUNT_SCHEMA);
    return modelOfRecords(records, (done, total) => onShare(total === 0 ? 1 : done / total));
  }

  private modelOf(number: number): MatchModel {
    const model = this.models.get(number);
    if (!model) throw new RangeError(`The thread has no model ${number}.`);
    return model;
  }
}
