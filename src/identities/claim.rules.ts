import type { Holding } from './claim.entity.js';

/** How many holders a claim names: what more accounts hold is shared by too many to tell people by. */
export const MOST_HOLDERS = 128;

/** What is known of one claim. */
export interface ClaimState {
  /** By account id: at most 128. */
  readonly holders: Readonly<Record<string, Holding>>;
  readonly size: number;
  /** What its holders were last decided on with. */
  readonly wasShared: boolean;
}

/** How many people hold a value at least: as many as there are different names, birthdays, or union ids among its holders. */
export function peopleHolding({ holders }: ClaimState): number {
  const all = Object.values(holders);
  const different = (values: readonly (string | null)[]) => new Set(values.filter((value) => value !== null)).size;
  return Math.max(
    different(all.map(({ name }) => name)),
    different(all.map(({ birthday }) => birthday)),
    different(all.map(({ unionId }) => unionId)),
  );
}

/** Whether a value is held by more than `most` people, or by more accounts than can be looked at: then it links nobody. */
export function isShared(claim: ClaimState, most: number): boolean {
  return claim.size >= MOST_HOLDERS || peopleHolding(claim) > most;
}

/** The accounts that a claim names, the lowest first. */
export function holdersOf({ holders }: ClaimState): string[] {
  return Object.keys(holders).sort();
}
