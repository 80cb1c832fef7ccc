import { minutesAfter, moments } from '../calendar.js';
import { CAMPAIGNS, NAMESPACES } from '../company.js';
import { consentDecision } from '../consent.js';
import { applianceSerial, contactsOf, idOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation, track } from '../observation.js';
import { browse, buy, opening } from '../shopping.js';

interface Phone {
  platform: string;
  osVersion: string;
  deviceModel: string;
}

const PHONES: readonly [Phone, ...Phone[]] = [
  { platform: 'ios', osVersion: '17.5', deviceModel: 'iPhone 14' },
  { platform: 'ios', osVersion: '18.1', deviceModel: 'iPhone 15 Pro' },
  { platform: 'android', osVersion: '14', deviceModel: 'Xiaomi 14' },
  { platform: 'android', osVersion: '13', deviceModel: 'OPPO Find X6' },
  { platform: 'harmonyos', osVersion: '4.2', deviceModel: 'HUAWEI Mate 60' },
];
const VERSIONS: readonly [string, ...string[]] = ['5.8.0', '5.8.2', '5.9.0'];
const SCREENS: readonly [string, ...string[]] = ['Home', 'Discover', 'Cart', 'Devices', 'Profile'];

/** The app: installed on a phone, then signed in to; push messages bring people back. */
export function* appObservations(episode: Episode): Generator<Observation> {
  const { person, random, days, links, orders } = episode;
  const device = { type: 'DEVICE_ID', value: `phone-${idOf(person, 'phone-device', 24)}` };
  const user = { type: 'USER_ID', namespace: NAMESPACES.account, value: person.userId };
  const sessions = moments(random, days, random.count(1.7 * person.activity), 'LEISURE');
  const first = opening(sessions, orders);
  if (!first) return;
  const phone = { ...random.pick(PHONES), appVersion: random.pick(VERSIONS), pushEnabled: random.chance(0.7) };
  if (person.isNew) {
    yield track(first, 'Application Installed', [device], { traits: phone, properties: { version: phone.appVersion } });
  } else {
    yield identify(first, [device], phone);
  }
  const signsIn = links.has('USER_ID');
  const identifiers = signsIn ? [user, device] : [device];
  if (signsIn) yield* signIn(episode, minutesAfter(first, 2), identifiers, phone);
  yield* consentDecision(episode, minutesAfter(first, 2.5), identifiers);
  for (const at of sessions) yield* session(episode, minutesAfter(at, 3), identifiers, phone.pushEnabled);
  for (const order of orders) yield* buy(episode, order, identifiers);
}

function* signIn(episode: Episode, at: Date, identifiers: DemoIdentifier[], phone: Phone): Generator<Observation> {
  const { person, random, links } = episode;
  const contacts = contactsOf(episode);
  yield identify(at, [...identifiers, ...contacts.identifiers], {
    ...phone,
    ...(random.chance(0.5) ? { name: person.name } : {}),
    language: person.language,
    ...contacts.traits,
  });
  if (links.has('DEVICE_ID') && person.channels.includes('IOT')) {
    const appliance = { type: 'DEVICE_ID', value: applianceSerial(person, true) };
    yield track(minutesAfter(at, 1), 'Device Added', [...identifiers, appliance], {
      properties: { serialNumber: appliance.value },
    });
  }
}

function* session(
  episode: Episode,
  at: Date,
  identifiers: DemoIdentifier[],
  pushEnabled: boolean,
): Generator<Observation> {
  const { random } = episode;
  if (pushEnabled && random.chance(0.3)) {
    yield track(at, 'Push Opened', identifiers, {
      properties: { pushId: `push-${random.int(1, 40)}` },
      context: { campaign: { ...random.pick(CAMPAIGNS), medium: 'push' } },
    });
  } else {
    yield track(at, 'Application Opened', identifiers, { properties: { fromBackground: random.chance(0.5) } });
  }
  yield {
    type: 'SCREEN',
    name: random.pick(SCREENS),
    identifiers,
    occurredAt: minutesAfter(at, 0.5),
  };
  if (random.chance(0.5)) yield* browse(episode, at, identifiers, 2);
}
