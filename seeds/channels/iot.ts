import { daysAfter, minutesAfter, moments } from '../calendar.js';
import { applianceSerial, contactsOf } from '../identity.js';
import { type DemoIdentifier, type Episode, identify, type Observation, track } from '../observation.js';

interface Appliance {
  model: string;
  rooms: readonly [string, ...string[]];
  metric: string;
  low: number;
  high: number;
}

const APPLIANCES: readonly [Appliance, ...Appliance[]] = [
  { model: 'EL-AIR-2', rooms: ['客厅', '卧室'], metric: 'pm25', low: 4, high: 120 },
  { model: 'EL-THERMO-1', rooms: ['卧室', '儿童房'], metric: 'temperature', low: 16, high: 30 },
  { model: 'EL-LAMP-3', rooms: ['书房', '卧室'], metric: 'brightness', low: 10, high: 100 },
  { model: 'EL-VAC-5', rooms: ['客厅'], metric: 'cleanedArea', low: 8, high: 90 },
  { model: 'EL-KETTLE-1', rooms: ['厨房'], metric: 'litres', low: 1, high: 6 },
];
const FIRMWARES: readonly [string, ...string[]] = ['1.0.4', '1.1.0', '1.2.3'];

/** An appliance at home: paired once, then reporting now and then. */
export function* iotObservations(episode: Episode): Generator<Observation> {
  const { person, random, days, links } = episode;
  const contacts = contactsOf(episode);
  const serialNumber = applianceSerial(person, links.has('DEVICE_ID'));
  const device = { type: 'DEVICE_ID', value: serialNumber };
  const identifiers = [device, ...contacts.identifiers];
  const appliance = random.pick(APPLIANCES);
  const firmware = random.pick(FIRMWARES);
  const [first, ...rest] = moments(random, days, random.count(3.6 * person.activity, 2), 'HOME');
  if (!first) return;
  const pairedAt = person.isNew ? first : daysAfter(first, -random.int(20, 500));
  const traits = {
    model: appliance.model,
    firmware,
    serialNumber,
    online: true,
    pairedAt: pairedAt.toISOString(),
    room: random.pick(appliance.rooms),
    ...contacts.traits,
  };
  if (person.isNew)
    yield track(first, 'Device Paired', identifiers, { traits, properties: { model: appliance.model, firmware } });
  else yield identify(first, identifiers, traits);
  for (const at of rest) yield report(episode, at, [device], appliance, firmware);
  const last = rest.at(-1);
  if (last && random.chance(0.15)) {
    yield track(minutesAfter(last, 20), 'Device Offline', [device], {
      traits: { online: false },
      properties: { model: appliance.model },
    });
  }
}

function report(
  { random }: Episode,
  at: Date,
  identifiers: DemoIdentifier[],
  appliance: Appliance,
  firmware: string,
): Observation {
  if (random.chance(0.08)) {
    return track(at, 'Firmware Updated', identifiers, {
      traits: { firmware: '1.3.0' },
      properties: { model: appliance.model, firmware: '1.3.0' },
    });
  }
  const reading = random.int(appliance.low, appliance.high);
  const properties = {
    model: appliance.model,
    firmware,
    metric: appliance.metric,
    reading,
    battery: random.int(20, 100),
  };
  return track(at, 'Device Reported', identifiers, { properties });
}
