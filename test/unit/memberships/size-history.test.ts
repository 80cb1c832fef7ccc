import { expect, test } from '@jest/globals';
import { askedDays, SLOT_MS, type SlotCount, sizesByDay } from '../../../src/memberships/size-history.rules.js';
import { calendarOf } from '../../../src/rules/calendar.rules.js';

const SHANGHAI = calendarOf('Asia/Shanghai');
const NOW = new Date('2026-03-03T04:00:00Z');
const slotOf = (at: string, entered: boolean, count: number): SlotCount => {
  return { slot: Math.floor(Date.parse(at) / SLOT_MS), entered, count };
};
const rangeOf = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });

test("sizes are told backwards from now, by the days of the tenant's zone", () => {
  const asked = askedDays(rangeOf('2026-03-01T00:00:00+08:00', '2026-03-04T00:00:00+08:00'), NOW, SHANGHAI);
  const slots = [
    slotOf('2026-03-01T15:59:00Z', true, 5), // before midnight of Shanghai
    slotOf('2026-03-01T16:00:00Z', true, 3), // after it
    slotOf('2026-03-02T03:00:00Z', false, 1),
    slotOf('2026-03-03T03:00:00Z', false, 2),
  ];
  expect(sizesByDay(10, slots, asked, SHANGHAI)).toEqual([
    { day: '2026-03-01', size: 10, entered: 5, exited: 0 },
    { day: '2026-03-02', size: 12, entered: 3, exited: 1 },
    { day: '2026-03-03', size: 10, entered: 0, exited: 2 },
  ]);
});

test('what came after the last day asked for is taken off', () => {
  const asked = askedDays(rangeOf('2026-03-01T00:00:00+08:00', '2026-03-02T00:00:00+08:00'), NOW, SHANGHAI);
  const slots = [slotOf('2026-03-03T03:00:00Z', true, 4)];
  expect(sizesByDay(10, slots, asked, SHANGHAI)).toEqual([{ day: '2026-03-01', size: 6, entered: 0, exited: 0 }]);
});

test('days of a zone that is three quarters of an hour off are its own', () => {
  const nepal = calendarOf('Asia/Kathmandu'); // 5:45 ahead
  const asked = askedDays(rangeOf('2026-03-01T18:15:00Z', '2026-03-02T18:15:00Z'), NOW, nepal);
  const slots = [slotOf('2026-03-02T18:14:00Z', true, 1), slotOf('2026-03-02T18:15:00Z', true, 2)];
  expect(sizesByDay(3, slots, asked, nepal)).toEqual([{ day: '2026-03-02', size: 1, entered: 1, exited: 0 }]);
});

test.each([
  ['2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z', 'range.to'],
  ['2026-03-05T00:00:00Z', '2026-03-06T00:00:00Z', 'future'],
  ['2024-03-05T00:00:00Z', '2024-03-06T00:00:00Z', '400 days'],
  ['2025-11-01T00:00:00Z', '2026-03-01T00:00:00Z', '92 days'],
])('from %s to %s is refused', (from, to, why) => {
  expect(() => askedDays(rangeOf(from, to), NOW, SHANGHAI)).toThrow(why);
});
