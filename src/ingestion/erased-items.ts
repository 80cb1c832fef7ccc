import type { RefusedItem } from './batch.rules.js';
import type { RawItem, Refusal } from './observation.js';
import { RETENTION_EXPIRED } from './observation.rules.js';
import type { Placed, UnsealedEvent } from './placed.js';

/** The code of an item that tells of somebody who was erased. Nothing of such an item is kept. */
const PERSON_ERASED = 'PERSON_ERASED';

/** Whether what an item held that was refused by this code is kept aside, and can be sent through again. */
export function keepsContent(code: string): boolean {
  return code !== PERSON_ERASED && code !== RETENTION_EXPIRED;
}

const ERASED: Refusal = {
  code: PERSON_ERASED,
  message: 'It tells of a person who was erased: nothing of it was kept, and it cannot be replayed.',
};

/** Items to be written, and the event of each. */
export interface Writable {
  readonly fresh: readonly Placed[];
  readonly events: readonly UnsealedEvent[];
}

/** Some of these items, with their events. */
export function onlyThose<T extends Writable>(batch: T, isWanted: (placed: Placed) => boolean): T {
  const isKept = batch.fresh.map(isWanted);
  const fresh = batch.fresh.filter((_, at) => isKept[at]);
  return { ...batch, fresh, events: batch.events.filter((_, at) => isKept[at]) };
}

/** Whether an item brings one of these blinded identifiers. */
export function brings({ account }: Placed, keys: ReadonlySet<string>): boolean {
  return account.identifiers.some(({ key }) => keys.has(key));
}

/** The refusals of items whose events are not to be stored, each as often as it was sent. */
export function refusalsOf(
  items: readonly RawItem[],
  placed: readonly Placed[],
  erased: ReadonlySet<string>,
): RefusedItem[] {
  const byIndex = new Map(items.map((item) => [item.index, item]));
  return placed.flatMap(({ eventId, observation }) => {
    const item = erased.has(eventId) ? byIndex.get(observation.index) : undefined;
    return item ? [{ item, refusal: ERASED }] : [];
  });
}

/** What a batch has written of accounts that were erased meanwhile. */
export function heldBy(placed: readonly Placed[], erased: ReadonlySet<string>) {
  const own = placed.filter(({ account }) => erased.has(account.accountId));
  const holdings = new Map<string, Set<string>>();
  for (const { account } of own) {
    for (const { key } of account.identifiers)
      holdings.set(key, (holdings.get(key) ?? new Set()).add(account.accountId));
  }
  const accountIds = [...new Set(own.map(({ account }) => account.accountId))];
  return { accountIds, profileIds: [], holdings, eventIds: new Set(own.map(({ eventId }) => eventId)) };
}
