import { badInput } from '../platform/errors.js';

/** How many profiles one call may put on a list, or take off it. */
export const MOST_A_CALL = 10_000;
const MOST_TOLD = 20;
const COLUMN = 'profileId';

/** Where an id stood: as `profileIds[3]`, or `csv line 5`. */
export interface PlacedId {
  readonly id: string;
  readonly place: string;
}

/** Ids as they were listed. BAD_USER_INPUT where there are too many. */
export function placedIds(profileIds: readonly string[]): PlacedId[] {
  if (profileIds.length > MOST_A_CALL) throw badInput('profileIds', `may name at most ${MOST_A_CALL}`);
  return profileIds.map((id, n) => ({ id, place: `profileIds[${n}]` }));
}

/** The ids in a CSV's column `profileId`; rows without one are passed over. */
export function idsOfRows(
  header: readonly string[],
  rows: readonly { readonly line: number; readonly cells: readonly string[] }[],
): PlacedId[] {
  const column = header.map((name) => name.trim()).indexOf(COLUMN);
  if (column < 0) throw badInput('csv line 1', `must name a column ${COLUMN}; there are ${header.join(', ')}`);
  return rows.flatMap(({ line, cells }) => {
    const id = cells[column]?.trim() ?? '';
    return id === '' ? [] : [{ id, place: `csv line ${line}` }];
  });
}

/** BAD_USER_INPUT with the places of ids that lead to no profile. */
export function refuseUnknown(ids: readonly PlacedId[], isKnown: (id: string) => boolean): void {
  const unknown = ids.filter(({ id }) => !isKnown(id));
  const [first] = unknown;
  if (!first) return;
  const faults = unknown.slice(0, MOST_TOLD).map(({ place }) => ({ path: place, message: 'is no known profile' }));
  throw badInput(first.place, 'is no known profile', { faults, unknown: unknown.length });
}
