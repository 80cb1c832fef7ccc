import { expect } from '@jest/globals';
import {
  ProfileForPurposeDocument,
  RecordConsentDocument,
  type RecordConsentMutationVariables,
} from '../../schema/generated/operations.js';
import { type ApiClient, present } from './api-client.js';
import { idBy } from './profile-reader.js';
import { byPhone, byUser, eventOf, identify, phoneNumber, sendAll } from './sample-events.js';

export const CITY = '杭州';
let people = 0;

/** Somebody who may be asked for consent. */
export interface Person {
  readonly id: string;
  readonly phone: string;
  readonly user: string;
  /** Of an event of theirs. */
  readonly messageId: string;
  readonly name: string;
}

/** A person with one account in the app. */
export async function newPerson(client: ApiClient, traits: Record<string, unknown> = {}): Promise<Person> {
  people += 1;
  const [phone, user, messageId] = [phoneNumber(people), `consent-${people}`, `consent-${process.pid}-${people}`];
  const name = `Consenta${String.fromCharCode(97 + (people % 26))}${people}`;
  const identifiers = [byPhone(phone), byUser(user)];
  await sendAll(client, [
    identify({ channel: 'APP', identifiers, traits: { name, city: CITY, taste: 'tea', ...traits } }),
    eventOf({ channel: 'APP', identifiers, messageId, name: 'Product Viewed' }),
  ]);
  return { id: await idBy(client, byPhone(phone)), phone, user, messageId, name };
}

/** Records a consent. */
export async function record(
  client: ApiClient,
  profileId: string,
  purpose: RecordConsentMutationVariables['purpose'],
  granted: boolean,
  more: Partial<RecordConsentMutationVariables> = {},
) {
  return (await client.data(RecordConsentDocument, { profileId, purpose, granted, ...more })).recordConsent;
}

/** The same caller, for one purpose. */
export function forPurpose(client: ApiClient, purpose: string): ApiClient {
  return client.withHeaders({ 'tributary-purpose': purpose });
}

/** All of a profile that consent has a say in; null where the caller knows of none. */
export async function readAs(client: ApiClient, id: string) {
  return (await client.data(ProfileForPurposeDocument, { id })).profile ?? null;
}

/** What is shown where nothing of the person is open. */
const SHELL = {
  traits: { name: null, birthday: null, phone: null, city: null, custom: {} },
  provenance: [],
  identifiers: [],
  quality: null,
  channelAccounts: null,
  events: null,
  journey: null,
};

/** Fails where a caller sees anything of a person, or is not told why. */
export async function expectShell(client: ApiClient, id: string, why = 'CONSENT'): Promise<void> {
  const shown = present(await readAs(client, id));
  expect(shown).toMatchObject({ id, ...SHELL });
  const reasons = new Map(shown.withheld.map(({ path, reason }) => [path, reason]));
  for (const path of ['traits.name', 'traits.custom', 'identifiers', 'channelAccounts', 'events', 'tags'])
    expect(reasons.get(path)).toBe(why);
  expect(JSON.stringify(shown)).not.toContain(CITY);
}

/** Fails where consent withholds anything of a person. */
export async function expectWhole(client: ApiClient, id: string): Promise<void> {
  const shown = present(await readAs(client, id));
  expect(shown).toMatchObject({ traits: { city: CITY }, events: { edges: expect.anything() } });
  expect(shown.channelAccounts?.length).toBeGreaterThan(0);
  expect(shown.withheld.filter(({ reason }) => reason === 'CONSENT' || reason === 'RESTRICTED')).toEqual([]);
}
