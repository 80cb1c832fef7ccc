import type { Channel } from '../../src/channels/channel.js';
import { identifierRulesOf } from '../../src/channels/identifier-limits.rules.js';
import type { IdentifierType } from '../../src/channels/identifier-type.js';
import { decideComponent } from '../../src/identities/component.rules.js';
import { type LinkRecord, mergesIn, partingsIn } from '../../src/identities/link.rules.js';
import type { EvidentAccount } from '../../src/identities/persons-in-making.rules.js';
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

/** Items by person, decided on all accounts at once: nothing is followed, nothing is kept from before. */
export function decidedPersons(
  items: readonly Item[],
  idOf: AccountIdOf,
  keyOf: KeyOf,
  { settings, links }: { readonly settings: Settings; readonly links: readonly LinkRecord[] },
): Item[][] {
  const ids = [...new Set(items.map((item) => accountIdOfItem(item, idOf)))];
  const itemsOf = (id: string) => items.filter((item) => accountIdOfItem(item, idOf) === id);
  const accounts = ids.map((id) => accountOf(id, itemsOf(id), keyOf, settings.blockedIdentifiers));
  const shared = sharedValues(accounts, settings.sharedByMost);
  const facts = { merges: mergesIn(links), partings: partingsIn(links), likenesses: [] };
  const { persons } = decideComponent({ accounts, shared, ...facts }, identifierRulesOf(settings.identifierRules));
  return persons.map((person) => person.flatMap(itemsOf));
}
