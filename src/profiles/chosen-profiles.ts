import type { RequestContext } from '../platform/context.js';
import { isPartner } from '../privacy/opening.rules.js';
import type { ProfileFilter } from './profile.inputs.js';
import type { StoredProfile } from './profile-document.js';
import { isPartOpen } from './profile-view.js';

const MOST_LOOKED_AT = 2_000;
const LOOKED_AT_ONCE = 200;

/** Takes of some profiles those that a list is to have, in their order. */
export type Choose = (profiles: readonly StoredProfile[]) => Promise<StoredProfile[]>;

/** A place in a list. */
export type Place = { readonly at: Date; readonly id: string };

/** How a list is read, and which of it is taken. */
interface Choosing {
  readonly read: (from: Place | undefined, most: number) => Promise<StoredProfile[]>;
  readonly placeOf: (row: StoredProfile) => Place;
  readonly choose: Choose | undefined;
}

/** The first rows that are chosen, all where nothing chooses; where too many had to be looked at, the last of these. */
export async function chosen(
  { read, placeOf, choose }: Choosing,
  after: Place | undefined,
  most: number,
): Promise<{ rows: StoredProfile[]; last: StoredProfile | undefined }> {
  if (!choose) return { rows: await read(after, most), last: undefined };
  const rows: StoredProfile[] = [];
  let place = after;
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += LOOKED_AT_ONCE) {
    const found = await read(place, LOOKED_AT_ONCE);
    rows.push(...(await choose(found)));
    const last = found.at(-1);
    if (rows.length >= most || !last || found.length < LOOKED_AT_ONCE) return { rows, last: undefined };
    place = placeOf(last);
    if (looked + LOOKED_AT_ONCE >= MOST_LOOKED_AT) return { rows, last };
  }
  return { rows, last: undefined };
}

/** What of a profile a filter asks about, by filter: who may not read all of it can't find anybody by it. */
const ASKED_ABOUT = {
  search: ['identifiers', 'traits.name', 'traits.phone', 'traits.email'],
  channels: ['channelAccounts'],
  segmentIds: ['segments'],
  tags: ['tags'],
  lifecycle: ['lifecycle'],
} as const;

/** Of what else chooses, for a partner those alone who share with it what the filter asks about. */
export function chosenFor(ctx: RequestContext, filter: ProfileFilter, choose: Choose | undefined): Choose | undefined {
  const asked = Object.entries(ASKED_ABOUT).filter(([name]) => filter[name as keyof typeof ASKED_ABOUT] != null);
  if (!isPartner(ctx.principal) || asked.length === 0) return choose;
  const parts = asked.flatMap(([, about]) => about);
  return async (rows) => {
    const open = rows.filter((row) => parts.every((part) => isPartOpen(ctx, row, part)));
    return choose ? choose(open) : open;
  };
}
