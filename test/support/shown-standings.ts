import { Standing } from '../../src/memberships/standing.entity.js';
import type { Database } from '../../src/platform/database.js';
import { idOf } from '../../src/platform/ids.js';
import { Profile } from '../../src/profiles/profile.entity.js';
import { tagIdOf } from '../../src/tags/tag-id.rules.js';

/** The living profiles of a tenant, each with the segments and tags that its document tells of; throws where it says how it came by a tag otherwise than its standing. */
export async function shownStandings(
  database: Database,
  tenantId: string,
): Promise<{ readonly id: string; readonly of: readonly string[] }[]> {
  const profiles = await database
    .collection(Profile)
    .find({ tenantId, lastSeenAt: { $gt: new Date(0) } })
    .toArray();
  const standings = await database.collection(Standing).find({ tenantId }).toArray();
  const notesOf = new Map(standings.map(({ _id, notes }) => [String(_id), notes]));
  return profiles.map(({ _id, segmentIds = [], tagKeys = [], tagNotes = [] }) => {
    for (const { tagId, at, expiresAt } of tagNotes) {
      const note = notesOf.get(String(_id))?.[tagId];
      const isSame = note?.at.getTime() === at.getTime() && note.expiresAt?.getTime() === expiresAt?.getTime();
      if (note && !isSame) throw new Error('A profile tells of a tag otherwise than its standing.');
    }
    const tagIds = tagKeys.map(tagIdOf);
    const noted = tagNotes.map(({ tagId }) => tagId);
    if (noted.sort().join() !== [...tagIds].sort().join())
      throw new Error('A profile tells of other tags than it is found by.');
    return { id: idOf(String(_id)), of: [...segmentIds, ...tagIds] };
  });
}
