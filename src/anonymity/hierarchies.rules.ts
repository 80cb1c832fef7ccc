import type { CodedColumn } from './coded-table.js';
import type { Hierarchy } from './generalisation.js';
import { placeOf, widerPlaces } from './region.rules.js';
import { BANDS, DATES, NUMBERED, NUMBERS, prefixOf, type ScaleKind, scaleOf } from './scale.rules.js';
import { treeOf } from './tree.rules.js';

/** Of the different values of a column, so many must be of a kind for the column to be of it. */
const SHARE_ON_SCALE = 0.95;
const SHARE_OF_PLACES = 0.8;
/** Looked at to tell the kind of a column. */
const MOST_JUDGED = 10_000;

const SCALES: readonly ScaleKind[] = [NUMBERS, DATES, BANDS];

/**
 * How the values of a column become less telling, by what they look like: numbers, dates, bands and numbered codes become
 * spans; Chinese addresses, cities and provinces become districts, cities, provinces and parts of the country; all else is
 * kept or suppressed.
 */
export function hierarchyOf({ values }: Pick<CodedColumn, 'values'>): Hierarchy {
  const given = values.slice(0, MOST_JUDGED).filter((value) => value.trim() !== '');
  const most = (share: number, holds: (value: string) => boolean) =>
    given.length > 0 && given.filter(holds).length >= share * given.length;
  const scale = SCALES.find((kind) => most(SHARE_ON_SCALE, (value) => kind.place(value.trim()) !== undefined));
  if (scale) return scaleOf(values, scale);
  if (areNumbered(given)) return scaleOf(values, NUMBERED);
  if (most(SHARE_OF_PLACES, (value) => placeOf(value) !== undefined)) return treeOf(values, widerPlaces);
  return treeOf(values, () => []);
}

function areNumbered(values: readonly string[]): boolean {
  const [prefix, ...others] = new Set(values.map((value) => prefixOf(value.trim())));
  return (
    prefix !== undefined && others.length === 0 && values.every((value) => NUMBERED.place(value.trim()) !== undefined)
  );
}
