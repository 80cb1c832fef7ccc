const SECOND = 1000;
const DAY = 86_400 * SECOND;
const UNITS = [365 * DAY, 30 * DAY, 7 * DAY, DAY, 3600 * SECOND, 60 * SECOND, SECOND];
const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
const PATTERN = new RegExp(
  `^([+-]?)P(?!$)(?:${NUMBER}Y)?(?:${NUMBER}M)?(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?!$)(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
);

/** Milliseconds of an ISO 8601 duration, or undefined for any other text; a year counts 365 days and a month 30. */
export function parseIsoDuration(text: string): number | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, sign, ...amounts] = match;
  const milliseconds = UNITS.reduce((sum, unit, index) => sum + unit * Number(amounts[index] ?? 0), 0);
  return Math.round(sign === '-' ? -milliseconds : milliseconds);
}
