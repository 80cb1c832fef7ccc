import type { Channel } from '../../src/channels/channel.js';
import { identifierRulesOf } from '../../src/channels/identifier-limits.rules.js';
import type { IdentifierType } from '../../src/channels/identifier-type.js';
import type { AlikeEvidence, Likeness } from '../../src/identities/alike.rules.js';
import { decideComponent, pairOf } from '../../src/identities/component.rules.js';
import { type LinkRecord, mergesIn, partingsIn } from '../../src/identities/link.rules.js';
import type { EvidentAccount } from '../../src/identities/persons-in-making.rules.js';
import { judgeOfAccounts } from '../../src/likeness/account-judge.js';
import { accountKeys, explainAccounts, preparedAccount } from '../../src/likeness/account-pairs.js';
import type { AccountValues } from '../../src/likeness/account-values.rules.js';
import { weightOfProbability } from '../../src/matching/level-weights.js';
import type { MatchModel } from '../../src/matching/match-model.js';
import type { Settings } from '../../src/tenants/tenant.entity.js';
import { person } from './evident-accounts.js';
import { isMatchedNaively } from './naive-patterns.js';
import { type AccountIdOf, accountIdOfItem, type Item } from './naive-stitching.js';

/** The blinded form of an identifier: it breaks ties. */
export type KeyOf = (channel: Channel, type: IdentifierType, value: string) => string;

/** The last that an account said of a trait. */
function lastSaid(items: readonly Item[], trait: string): string | undefined {
  const told = items.filter(({ traits }) => trait in traits);
  const [last] = told.sort((a, b) => b.at - a.at || (a.messageId < b.messageId ? 1 : -1));
  return last?.traits[trait] ?? undefined;
}

/** Whether a tenant blocks a value; a number without a country code is one of China. */
function isBlocked(value: string, entries: readonly string[]): boolean {
  const readings = entries.flatMap((entry) => (/^\d/.test(entry) ? [entry, `+86${entry}`] : [entry]));
  return readings.some((reading) => isMatchedNaively(reading.toLowerCase(), value.toLowerCase()));
}

function accountOf(id: string, items: readonly Item[], keyOf: KeyOf, blocked: readonly string[]): EvidentAccount {
  const held = items.flatMap(({ channel, identifiers, at }) =>
    identifiers
      .filter(({ value }) => !isBlocked(value, blocked))
      .map(({ type, value }) => ({ key: keyOf(channel, type, value), type, at })),
  );
  const keys = [...new Map(held.map((one) => [one.key, one])).values()];
  return {
    id,
    held: keys.map(({ key, type }) => {
      const times = held.filter((one) => one.key === key).map(({ at }) => at);
      return { key, type, scope: '', from: new Date(Math.min(...times)), to: new Date(Math.max(...times)) };
    }),
    person: person({ name: lastSaid(items, 'name'), birthday: lastSaid(items, 'birthday') }),
  };
}

/** Values that more than so many people hold, each with its lowest holder. */
function sharedValues(accounts: readonly EvidentAccount[], most: number): Map<string, string> {
  const keys = [...new Set(accounts.flatMap(({ held }) => held.map(({ key }) => key)))];
  return new Map(
    keys.flatMap((key) => {
      const holders = accounts.filter(({ held }) => held.some((one) => one.key === key));
      const names = new Set(holders.flatMap(({ person: { name } }) => (name ? [name.sounds.join(' ')] : [])));
      const days = new Set(holders.flatMap(({ person: { birthday } }) => birthday ?? []));
      const lowest = holders.map(({ id }) => id).sort()[0] ?? '';
      return Math.max(names.size, days.size) > most ? [[key, lowest] as const] : [];
    }),
  );
}

/** What is decided by besides what was observed. */
export interface DecidedBy {
  readonly settings: Settings;
  readonly links: readonly LinkRecord[];
  /** Where one is in force: accounts that are alike by it and share a blocking key are linked. No block here is ever full. */
  readonly model?: MatchModel;
}

function valuesSaid(items: readonly Item[]): AccountValues {
  const said = (['name', 'birthday', 'city'] as const).map((trait) => [trait, lastSaid(items, trait)] as const);
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

/** All pairs that are alike, found by looking at all of them. */
function allAlike(model: MatchModel, values: ReadonlyMap<string, AccountValues>, settings: Settings): AlikeEvidence {
  const records = [...values].map(([id, own]) => ({ id, record: preparedAccount(own) }));
  const keysOf = ({ record }: (typeof records)[0]) => accountKeys(record).map(({ rule, value }) => `${rule} ${value}`);
  const pairs = records.flatMap((left, at) =>
    records.slice(at + 1).flatMap((right): Likeness[] => {
      const common = new Set(keysOf(left));
      const { probability, matchWeight } = explainAccounts(model, left.record, right.record);
      const isAlike = probability >= settings.matchThresholds.review && keysOf(right).some((key) => common.has(key));
      return isAlike ? [{ accountIds: pairOf(left.id, right.id), weight: matchWeight, model: 1 }] : [];
    }),
  );
  const compared = (id: string) => ({ values: values.get(id) ?? {}, keys: { phone: undefined, email: undefined } });
  return {
    pairs,
    linkedFrom: weightOfProbability(settings.matchThresholds.link),
    judgeOf: (ids) => judgeOfAccounts(model, ids.map(compared), () => 0),
  };
}

/** Items by person, decided on all accounts at once: nothing is followed, nothing is kept from before. */
export function decidedPersons(
  items: readonly Item[],
  idOf: AccountIdOf,
  keyOf: KeyOf,
  { settings, links, model }: DecidedBy,
): Item[][] {
  const ids = [...new Set(items.map((item) => accountIdOfItem(item, idOf)))];
  const itemsOf = (id: string) => items.filter((item) => accountIdOfItem(item, idOf) === id);
  const accounts = ids.map((id) => accountOf(id, itemsOf(id), keyOf, settings.blockedIdentifiers));
  const shared = sharedValues(accounts, settings.sharedByMost);
  const values = new Map(ids.map((id) => [id, valuesSaid(itemsOf(id))]));
  const alike = model && allAlike(model, values, settings);
  const facts = { merges: mergesIn(links), partings: partingsIn(links), alike };
  const { persons } = decideComponent({ accounts, shared, ...facts }, identifierRulesOf(settings.identifierRules));
  return persons.map((person) => person.flatMap(itemsOf));
}
