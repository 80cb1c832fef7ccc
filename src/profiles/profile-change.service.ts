import { isClosed } from '../access/closed-fields.js';
import { ASSIGNED, TAGS_PATH } from '../platform/changed-paths.rules.js';
import type { Change } from '../platform/changes.js';
import type { RequestContext } from '../platform/context.js';
import { type LiveQuery, type LiveSource, profileTopic, type Reading } from '../platform/live-source.js';
import type { ProfileService } from './profile.service.js';
import type { ProfileChange } from './profile-change.view.js';

/** Follows one profile: also through merges, into the one that survives. */
export class ProfileChangeService implements LiveSource {
  constructor(private readonly profiles: ProfileService) {}

  /** NOT_FOUND where the caller knows no such profile. */
  async follow(ctx: RequestContext, { id }: Readonly<Record<string, unknown>>): Promise<LiveQuery> {
    const asked = String(id);
    const { id: living, mergedIds } = await this.profiles.get(ctx, asked);
    // it may have led through any of those that merged, and who resumes is told of the way
    const topics = [asked, living, ...mergedIds].map(profileTopic);
    return { topics, read: (reader, change) => this.read(reader, change) };
  }

  private async read(ctx: RequestContext, change: Change): Promise<Reading> {
    const { profileId, kind, paths, at } = change;
    const profile = await this.profiles.find(ctx, profileId);
    if (!profile && kind !== 'ERASED') return { values: [null] }; // out of this caller's reach
    const told = [...new Set(paths.map((path) => (path.startsWith(ASSIGNED) ? TAGS_PATH : path)))]; // keys are for who may read tags
    const changedPaths = profile ? told.filter((path) => !isClosed(profile, path)) : told;
    const message = { kind, profileId, profile, changedPaths, at } as Omit<ProfileChange, 'cursor'>;
    return { values: [message], ...(profile && profile.id !== profileId && { topics: [profileTopic(profile.id)] }) };
  }
}
