import { describe, expect, test } from '@jest/globals';
import { calendarOf, dayNumberOfText } from '../../../src/rules/calendar.rules.js';

describe("a time zone's calendar", () => {
  test.each([
    ['Asia/Shanghai', '2026-03-05', '2026-03-04T16:00:00.000Z'],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z'],
    ['America/New_York', '2026-03-09', '2026-03-09T04:00:00.000Z'],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'], // midnight is left out
    ['Asia/Kathmandu', '2026-03-05', '2026-03-04T18:15:00.000Z'],
    ['Pacific/Kiritimati', '2026-03-05', '2026-03-04T10:00:00.000Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000Z'], // the day before is left out
  ])('in %s %s begins at %s', (timeZone, day, start) => {
    const { startOf, dayOf } = calendarOf(timeZone);
    const number = dayNumberOfText(day);
    const at = startOf(number);
    expect(new Date(at).toISOString()).toBe(start);
    expect(dayOf(at)).toBe(number);
    expect(dayOf(at - 1)).toBeLessThan(number);
    expect(dayOf(startOf(number + 1) - 1)).toBe(number);
  });

  test('knows days long ago', () => {
    const { dayOf } = calendarOf('Asia/Shanghai');
    expect(dayOf(Date.UTC(1900, 0, 1, 12))).toBe(dayNumberOfText('1900-01-01'));
  });
});
