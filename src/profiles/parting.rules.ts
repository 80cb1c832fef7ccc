import { ownerOf, type RecentEvent } from '../events/recent-event.js';
import type { ProfileFacts, ProfileFrame } from './derive.rules.js';
import type { ProfileState } from './profile-state.js';
import { newestEvents } from './snapshot.rules.js';

const MOST_MERGED_IDS = 200;

/** The mark of a profile that is to let go of whatever does not lead to it, and of no part in particular. */
export const DERIVE_ANEW = '';

/** The slot of an account that is a redirect, as it was read. */
export interface Redirect {
  readonly id: string;
  readonly mergedInto: string;
  readonly revision: string;
  /** Whether it was a profile of its own before. */
  readonly wasProfile: boolean;
  readonly seniority: number | undefined;
}

/** How a profile notes a part that is being led out of it. */
export function markOf(accountIds: readonly string[]): string {
  return [...accountIds].sort().join();
}

/** The accounts of a mark. */
export function accountsOfMark(mark: string): string[] {
  return mark === DERIVE_ANEW ? [] : mark.split(',');
}

/**
 * The parts that leave a profile: all but the one with its founding account, which stays. An account that several parts
 * name belongs to the first of them.
 */
export function leavingParts(parts: readonly (readonly string[])[], founder: string): string[][] {
  const named = new Set<string>();
  const distinct = parts.map((part) => {
    const own = [...new Set(part)].filter((id) => !named.has(id));
    for (const id of own) named.add(id);
    return own;
  });
  return distinct.filter((part) => part.length > 0 && !part.includes(founder));
}

/**
 * The slot whose id a part takes: the one that was a profile before, the lowest seniority first, then the lowest id, so
 * that ids come back; else that of the account seen first.
 */
export function slotOfPart(slots: readonly Redirect[], first: string): Redirect | undefined {
  const rank = ({ seniority }: Redirect) => seniority ?? Number.POSITIVE_INFINITY;
  const before = slots.filter(({ wasProfile }) => wasProfile);
  const [senior] = before.sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
  return senior ?? slots.find(({ id }) => id === first);
}

/** The ids among these that were profiles before. */
export function mergedOf(slots: readonly Redirect[]): Set<string> {
  return new Set(slots.filter(({ wasProfile }) => wasProfile).map(({ id }) => id));
}

/**
 * What a part's profile begins with. Its version is above all that were shown under its id, which last led to the whole;
 * one that was a profile before has the seniority, and so the time of founding, that it had.
 */
export function foundingFrame(whole: ProfileState, slot: Redirect, now: Date): Omit<ProfileFrame, 'mergedIds'> {
  const seniority = slot.wasProfile ? (slot.seniority ?? whole.seniority + 1) : now.getTime();
  const times = { createdAt: new Date(Math.min(seniority, now.getTime())), updatedAt: now };
  const frame = { id: slot.id, version: whole.version + 1, ...times, seniority };
  return { ...frame, absorbing: [], parting: [], parted: false };
}

/** The ids that were profiles and lead to one now: in the order in which they were taken in, as far as that is known. */
export function mergedIdsOf(sources: readonly ProfileState[], leading: ReadonlySet<string>): string[] {
  const known = sources.flatMap(({ mergedIds }) => mergedIds).filter((id) => leading.has(id));
  return [...new Set([...known, ...[...leading].sort()])].slice(0, MOST_MERGED_IDS);
}

/** The accounts that the events of some profiles belong to. */
export function ownersOf(sources: readonly ProfileState[]): Set<string> {
  return new Set(sources.flatMap(({ recentEvents }) => recentEvents.map(ownerOf)).filter((id) => id !== undefined));
}

/**
 * Facts with what the profiles that held these accounts know besides. Their events: one that is just coming in is in the
 * profile before it is stored. And of identifiers only those that they show: what another writer has just brought in
 * waits for that writer, since ingestion takes what a profile shows for linked; profiles that show not all they have
 * tell nothing of that. What they say links nobody does not.
 */
export function withKnown(
  facts: ProfileFacts,
  sources: readonly ProfileState[],
  own: ReadonlySet<string>,
): ProfileFacts {
  const isOwn = (event: RecentEvent) => own.has(ownerOf(event) ?? '');
  const events = newestEvents([facts.events, ...sources.map(({ recentEvents }) => recentEvents.filter(isOwn))]);
  const all = sources.flatMap(({ identifiers }) => identifiers);
  const unlinked = new Set(all.filter(({ linking }) => !linking).map(({ key }) => key));
  if (sources.some(({ truncated }) => truncated)) return { ...facts, events, unlinked };
  const shown = new Set(all.map(({ key }) => key));
  const accounts = facts.accounts.map((account) => ({
    ...account,
    identifiers: account.identifiers.filter(({ key }) => shown.has(key)),
  }));
  return { ...facts, accounts, events, unlinked };
}
