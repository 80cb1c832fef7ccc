import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { ANY, type Generalised, type Scale } from './generalisation.js';

/** A kind of values that lie on a scale. */
export interface ScaleKind {
  /** Where a value lies; undefined where it is not of the kind. */
  place(value: string): number | undefined;
  /** The bounds that a span is released with, and their names. */
  bounds(low: number, high: number, nameOf: (place: number) => string): Bounds;
}

interface Bounds {
  readonly low: number;
  readonly high: number;
  readonly label: string;
}

const NUMBER = /^[+-]?(?:\d{1,15}(?:\.\d{1,15})?|\.\d{1,15})$/;
const DATE = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/;
const BAND = /^(?:(\d{1,9})\s*(?:-|–|~|\.\.)\s*(\d{1,9})|(?:>=?|≥)\s*(\d{1,9})|(\d{1,9})\s*\+|(<=?|≤)\s*\d{1,9})$/;
const LONGEST_SHOWN_IN_MONTHS = 366;

/** Numbers; a class is released from its least to its greatest. */
export const NUMBERS: ScaleKind = {
  place: (value) => (NUMBER.test(value) ? Number(value) : undefined),
  bounds: (low, high, nameOf) => ({ low, high, label: spanLabel(nameOf(low), nameOf(high)) }),
};

/** Dates of the calendar; a class of several days is released by whole months, one of more than a year by whole years. */
export const DATES: ScaleKind = {
  place: dayOf,
  bounds: (low, high) => (low === high ? { low, high, label: isoDay(low) } : calendarSpan(low, high)),
};

/** Bands of numbers, as `18-25`, `<18` and `60+`: their order counts, not their width. */
export const BANDS: ScaleKind = {
  place: bandStart,
  bounds: (low, high, nameOf) => ({ low, high, label: bandLabel(nameOf(low), nameOf(high)) }),
};

/** Codes that are numbered, as `T1`, `T2`. */
export const NUMBERED: ScaleKind = {
  place: (value) => {
    const digits = /^\D{1,16}?(\d{1,9})$/u.exec(value)?.[1];
    return digits === undefined ? undefined : Number(digits);
  },
  bounds: NUMBERS.bounds,
};

/** What comes before the number of a numbered code. */
export function prefixOf(value: string): string {
  return value.replace(/\d+$/, '');
}

/**
 * A scale over the values of a column. The loss of a span is its width over that of the whole column: the normalised
 * certainty penalty of a numeric attribute (Xu et al., Utility-Based Anonymization Using Local Recoding, KDD 2006, 3.1).
 * Bands and codes count by rank.
 */
export function scaleOf(values: readonly string[], kind: ScaleKind): Scale {
  const raw = values.map((value) => kind.place(value.trim()) ?? Number.NaN);
  const names = new Map<number, string>();
  raw.forEach((place, code) => {
    if (!names.has(place)) names.set(place, values[code]?.trim() ?? '');
  });
  const known = raw.filter((place) => !Number.isNaN(place)).sort((a, b) => a - b);
  const [lowest = 0, highest = 0] = [known[0], known.at(-1)];
  const isRanked = kind === BANDS || kind === NUMBERED;
  const ranks = new Map([...new Set(known)].map((place, rank) => [place, rank]));
  const measure = (place: number) => (isRanked ? (ranks.get(place) ?? 0) : place);
  const width = measure(highest) - measure(lowest);
  return {
    kind: 'SCALE',
    places: Float64Array.from(raw),
    ranks: Int32Array.from(raw, (place) => ranks.get(place) ?? 0),
    width: highest - lowest,
    span: (low, high) => {
      const bounds = kind.bounds(low, high, (place) => names.get(place) ?? String(place));
      const taken = measure(bounds.high) - measure(bounds.low);
      return { label: bounds.label, loss: taken === 0 || width === 0 ? 0 : Math.min(1, taken / width) };
    },
  };
}

/** What values are released as that are not on a scale: nothing where nothing was given. */
export function offScale(values: readonly string[]): Generalised {
  return values.every((value) => value.trim() === '') ? { label: '', loss: 0 } : { label: ANY, loss: 1 };
}

function spanLabel(low: string, high: string): string {
  return low === high ? low : `${low}..${high}`;
}

function dayOf(value: string): number | undefined {
  const [, year = '', month = '', day = ''] = DATE.exec(value) ?? [];
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isReal = year !== '' && new Date(time).getUTCDate() === Number(day) && Number(month) <= 12;
  return isReal ? time / MILLISECONDS_PER_DAY : undefined;
}

function isoDay(day: number): string {
  return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}

function calendarSpan(low: number, high: number): Bounds {
  const [from, to] = [isoDay(low), isoDay(high)];
  const [fromYear, toYear] = [Number(from.slice(0, 4)), Number(to.slice(0, 4))];
  const ofYear = (year: number, month: number) => Date.UTC(year, month, 1) / MILLISECONDS_PER_DAY;
  if (high - low >= LONGEST_SHOWN_IN_MONTHS) {
    const label = spanLabel(from.slice(0, 4), to.slice(0, 4));
    return { low: ofYear(fromYear, 0), high: ofYear(toYear + 1, 0) - 1, label };
  }
  const [fromMonth, toMonth] = [Number(from.slice(5, 7)) - 1, Number(to.slice(5, 7)) - 1];
  const label = spanLabel(from.slice(0, 7), to.slice(0, 7));
  return { low: ofYear(fromYear, fromMonth), high: ofYear(toYear, toMonth + 1) - 1, label };
}

function bandStart(value: string): number | undefined {
  const [found, from, , least, open, below] = BAND.exec(value) ?? [];
  if (found === undefined) return undefined;
  return below === undefined ? Number(from ?? least ?? open) : -1;
}

/** Two bands as one: from where the first begins to where the last ends. */
function bandLabel(low: string, high: string): string {
  const [from, to] = [/^(\d+)\D+\d+$/.exec(low)?.[1], /\D(\d+)$/.exec(high)?.[1]];
  if (low === high) return low;
  return from === undefined || to === undefined || /^\D/.test(high) ? spanLabel(low, high) : `${from}-${to}`;
}
