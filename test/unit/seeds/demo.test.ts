import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { type DemoItem, demoItems } from '../../../seeds/demo.js';
import { consentsOf } from '../../../src/ingestion/consent-preferences.rules.js';

const END = new Date('2025-06-30T10:37:12.345Z');
const HISTORY = 90 * 24 * 3_600_000;
const started = process.cpuUsage();
const items = [...demoItems({ end: END })];
const generation = process.cpuUsage(started);

const personOf = (item: DemoItem): string => item.messageId.split('-')[1] ?? '';

function countBy(key: (item: DemoItem) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

function hashOf(list: Iterable<DemoItem>): string {
  const hash = createHash('sha256');
  for (const item of list) hash.update(JSON.stringify(item));
  return hash.digest('hex');
}

function groupByPerson(): Map<string, DemoItem[]> {
  const people = new Map<string, DemoItem[]>();
  for (const item of items) people.set(personOf(item), [...(people.get(personOf(item)) ?? []), item]);
  return people;
}

function identifierKeys(item: DemoItem): string[] {
  return item.identifiers.map(({ type, namespace, value }) => {
    const phone = type === 'PHONE' ? parsePhoneNumberFromString(value, 'CN')?.number : undefined;
    return [type, namespace, phone ?? (type === 'EMAIL' ? value.toLowerCase() : value)].join('|');
  });
}

/** Groups of identifiers that nothing connects. */
function islands(list: DemoItem[]): number {
  let groups: Set<string>[] = [];
  for (const item of list) {
    const keys = identifierKeys(item);
    const touched = groups.filter((group) => keys.some((key) => group.has(key)));
    groups = [
      ...groups.filter((group) => !touched.includes(group)),
      new Set([...keys, ...touched.flatMap((group) => [...group])]),
    ];
  }
  return groups.length;
}

describe('the demo tenant', () => {
  test('has about 20,000 events of 1,000 people in 13 channels', () => {
    const channels = countBy((item) => item.channel);
    expect(items.length).toBeGreaterThan(19_000);
    expect(items.length).toBeLessThan(21_000);
    expect(countBy(personOf).size).toBe(1000);
    expect(channels.size).toBe(13);
    for (const [channel, count] of channels) expect([channel, count > 200]).toEqual([channel, true]);
  });

  test('is the same for the same options, and takes less than 2 s of processor time', () => {
    expect(hashOf(demoItems({ end: END }))).toBe(hashOf(items));
    expect(hashOf(demoItems({ end: new Date('2025-07-01T10:00:00Z') }))).not.toBe(hashOf(items));
    expect(generation.user + generation.system).toBeLessThan(2_000_000);
  });

  test('tells the first people alike however many are asked for', () => {
    const few = [...demoItems({ end: END, people: 20 })];
    expect(few).toEqual(items.slice(0, few.length));
  });

  test('has unique message ids, and one person after another', () => {
    expect(new Set(items.map((item) => item.messageId)).size).toBe(items.length);
    const switches = items.filter(
      (item, index) => index === 0 || personOf(item) !== personOf(items[index - 1] ?? item),
    );
    expect(switches).toHaveLength(1000);
  });

  test.each(['2025-06-30T10:37:12.345Z', '2025-03-01T16:00:00Z', '2024-12-31T15:59:59.999Z', '2025-01-05T23:30:00Z'])(
    'lies within the 90 days before %s',
    (end) => {
      const times = [...demoItems({ end: new Date(end), people: 300 })].map((item) => item.occurredAt.getTime());
      expect(Math.min(...times)).toBeGreaterThanOrEqual(Date.parse(end) - HISTORY);
      expect(Math.max(...times)).toBeLessThanOrEqual(Date.parse(end));
    },
  );

  test('has valid phones, which only a few families share, and addresses under example domains', () => {
    const seen = items.flatMap((item) =>
      item.identifiers.map((identifier) => ({ ...identifier, person: personOf(item) })),
    );
    for (const { value } of seen.filter(({ type }) => type === 'EMAIL')) {
      expect(value.toLowerCase()).toMatch(/^[a-z0-9._]+@example\.(com|org|cn)$/);
    }
    const owners = new Map<string, Set<string>>();
    for (const { value, person } of seen.filter(({ type }) => type === 'PHONE')) {
      const phone = parsePhoneNumberFromString(value, 'CN');
      expect([value, phone?.isValid()]).toEqual([value, true]);
      owners.set(phone?.number ?? '', (owners.get(phone?.number ?? '') ?? new Set()).add(person));
    }
    const shared = [...owners.values()].filter((people) => people.size > 1);
    expect(shared.length).toBeGreaterThan(0);
    expect(shared.length).toBeLessThan(5);
  });

  test('asks for consent in the app and on the web site, and some agree', () => {
    const read = items.flatMap(({ name, context }) => consentsOf(name ?? '', context ?? {}) ?? []);
    const said = read.flatMap((one) => ('granted' in one ? [...one.granted] : []));
    const [marketing, sharing] = ['MARKETING', 'PARTNER_SHARING'].map((asked) =>
      said.filter(([purpose]) => purpose === asked).map(([, granted]) => granted),
    );
    expect([read.length > 200, marketing?.length, sharing?.length]).toEqual([true, read.length, read.length]);
    for (const answers of [marketing, sharing]) expect(new Set(answers)).toEqual(new Set([true, false]));
  });

  test('can join all but a tenth of the people by identifiers', () => {
    const apart = [...groupByPerson().values()].filter((list) => islands(list) > 1).length;
    expect(apart).toBeGreaterThan(70);
    expect(apart).toBeLessThan(130);
  });

  test('has four in ten who never buy, and totals that add up', () => {
    const orders = items.filter((item) => item.name === 'Order Completed');
    expect(new Set(orders.map(personOf)).size).toBeGreaterThan(560);
    expect(new Set(orders.map(personOf)).size).toBeLessThan(640);
    for (const { properties } of orders) {
      const lines = properties?.products as { price: number; quantity: number }[];
      const cents = lines.reduce((sum, { price, quantity }) => sum + Math.round(price * 100) * quantity, 0);
      expect(Math.round(Number(properties?.total) * 100)).toBe(cents);
    }
  });
});
