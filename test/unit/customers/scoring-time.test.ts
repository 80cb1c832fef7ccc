import { describe, expect, test } from '@jest/globals';
import { markOfSettings, nightDue } from '../../../src/customers/scoring-time.rules.js';
import { withDefaults } from '../../../src/tenants/tenant.rules.js';

const ZONE = 'Asia/Shanghai';
const at = (text: string) => new Date(`${text}+08:00`);
const made = (text: string, mark = 'a') => ({ asOf: at(text), mark });
const due = (now: string, last?: { asOf: Date; mark: string }) => nightDue(at(now), ZONE, 'a', last) !== undefined;

describe('scores are made', () => {
  test.each<[string, boolean, string, ReturnType<typeof made> | undefined]>([
    ['at night, for the first time', true, '2026-03-10T03:00:00', undefined],
    ['not before the night', false, '2026-03-10T02:59:00', undefined],
    ['not after it, for the first time', false, '2026-03-10T06:00:00', undefined],
    ['at night, where they were made the night before', true, '2026-03-10T03:10:00', made('2026-03-09T03:10:00')],
    ['once a night', false, '2026-03-10T03:20:00', made('2026-03-10T03:10:00')],
    ['not by day', false, '2026-03-10T18:00:00', made('2026-03-10T03:10:00')],
    ['not before the next night', false, '2026-03-11T01:00:00', made('2026-03-10T03:10:00')],
    ['by day, where the night was missed', true, '2026-03-10T18:00:00', made('2026-03-09T03:10:00')],
    ['by day, where settings have changed', true, '2026-03-10T18:00:00', made('2026-03-10T03:10:00', 'b')],
  ])('%s', (_what, isDue, now, last) => {
    expect(due(now, last)).toBe(isDue);
  });

  test('under one name for a night and settings', () => {
    const names = ['2026-03-10T03:10:00', '2026-03-10T18:00:00', '2026-03-11T01:00:00'].map((now) =>
      nightDue(at(now), ZONE, 'a', made('2026-03-01T03:10:00')),
    );
    expect(new Set(names).size).toBe(1);
    expect(nightDue(at('2026-03-11T03:00:00'), ZONE, 'a', made('2026-03-01T03:10:00'))).not.toBe(names[0]);
  });

  test('anew where what they follow from is decided otherwise', () => {
    const before = markOfSettings(withDefaults({}));
    expect(markOfSettings(withDefaults({ smallestCell: 20 }))).toBe(before);
    expect(markOfSettings(withDefaults({ rfm: { baseTier: 'POTENTIAL' } }))).not.toBe(before);
    expect(markOfSettings(withDefaults({ timeZone: 'UTC' }))).not.toBe(before);
  });
});
