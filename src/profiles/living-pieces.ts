import type { LivingProfile, ProfilePlace } from './slot.store.js';

const PIECE = 50;

/** Profiles in pieces of 50; one of more accounts than it shows is a piece by itself, so that what is read of a piece stays bounded. */
export async function* piecesOfProfiles(profiles: AsyncIterable<LivingProfile>): AsyncGenerator<LivingProfile[]> {
  let piece: LivingProfile[] = [];
  for await (const profile of profiles) {
    if (piece.length === PIECE || (profile.isLarge && piece.length > 0)) {
      yield piece;
      piece = [];
    }
    piece.push(profile);
    if (!profile.isLarge) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** Those that come no later than a place. */
export async function* upToPlace(
  profiles: AsyncIterable<LivingProfile>,
  last: ProfilePlace,
): AsyncGenerator<LivingProfile> {
  for await (const profile of profiles) {
    const difference = profile.createdAt.getTime() - last.createdAt.getTime();
    if (difference < 0 || (difference === 0 && profile.id < last.id)) return;
    yield profile;
  }
}

/** The place behind a piece. */
export function placeOf(piece: readonly LivingProfile[]): ProfilePlace {
  const { id, createdAt } = piece.at(-1) as LivingProfile;
  return { id, createdAt };
}
