import type { TenantContext } from '../platform/context.js';
import type { Stored } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { randomBytesOf } from '../platform/random.js';
import { type SealedDocument, sealDocument } from '../platform/sealed-store.js';
import { limitsIn } from '../privacy/processing-limit.rules.js';
import { consentIndexOf, isShared, SHARED_TOKEN } from './consent-index.js';
import { Profile } from './profile.entity.js';
import type { ProfileState } from './profile-state.js';
import { termsOf } from './search.rules.js';
import { channelToken, renewedTokens, searchToken, storedTokens } from './search-token.js';
import type { ProfileTraits } from './traits.entity.js';

/** A profile document: one that lives, or a redirect. */
export type StoredProfile = Profile & Stored & SealedDocument;

/** What a writer needs of the state it read, so that nobody's write is lost. */
export interface ReadProfile {
  readonly state: ProfileState;
  readonly stored: StoredProfile;
}

const REDIRECT_FIELDS = ['_id', 'id', 'tenantId', 'mergedInto', 'wasProfile', 'revision', 'seniority'];

/** A token of one write. */
export function newRevision(): string {
  return randomBytesOf(9).toString('base64url');
}

/** Whether a profile is still found by the same terms: then the many entries of their index stay untouched. */
function isFoundAlike(before: ProfileState, state: ProfileState): boolean {
  const keys = new Set(before.identifiers.map(({ key }) => key));
  const channels = new Set(before.accounts.map(({ channel }) => channel));
  return (
    before.traits.name === state.traits.name &&
    before.identifiers.length === state.identifiers.length &&
    state.identifiers.every(({ key }) => keys.has(key)) &&
    state.accounts.every(({ channel }) => channels.has(channel)) &&
    isShared(before) === isShared(state)
  );
}

function searchTokensOf(ctx: TenantContext, state: ProfileState): string[] {
  const terms = termsOf({ name: state.traits.name, identifiers: state.identifiers });
  const tokens = new Set(terms.map((term) => searchToken(ctx, term)));
  for (const { channel } of state.accounts) tokens.add(channelToken(channel));
  if (isShared(state)) tokens.add(SHARED_TOKEN);
  return storedTokens(ctx.keys, [...tokens]);
}

function asStoredNow({ keys }: TenantContext, stored: string[]): string[] {
  return renewedTokens(keys, stored) ?? stored;
}

/** The stored form of a profile; searched by the same tokens as before where nothing it is found by changed. */
export function toDocument(
  ctx: TenantContext,
  state: ProfileState,
  revision: string,
  before?: ReadProfile,
): StoredProfile {
  const { id, ...fields } = state;
  const isAlike = before !== undefined && isFoundAlike(before.state, state);
  const document = {
    _id: keyOf(ctx.tenantId, id),
    tenantId: ctx.tenantId,
    ...fields,
    ...consentIndexOf(ctx, state),
    limitKinds: [...limitsIn(state.limits)].sort(),
    searchTokens: isAlike ? asStoredNow(ctx, before.stored.searchTokens) : searchTokensOf(ctx, state),
    revision,
    ...(before && { key: before.stored.key, sealed: before.stored.sealed }),
  };
  const sealed = sealDocument(ctx, Profile, document) as unknown as StoredProfile;
  return { ...sealed, hiddenTraits: hiddenTraitsOf(state.traits, sealed.traits) };
}

function hiddenTraitsOf(clear: ProfileTraits, masked: ProfileTraits): string[] {
  const hidden = (before: object, after: object) => {
    const shown = new Map<string, unknown>(Object.entries(after));
    return Object.entries(before).flatMap(([name, value]) =>
      value !== null && shown.get(name) === null ? [name] : [],
    );
  };
  return [...hidden(clear, masked), ...hidden(clear.custom, masked.custom).map((name) => `custom.${name}`)];
}

/** All that a redirect does not keep, as `$unset` names it. */
export function contentOf(profile: StoredProfile): Record<string, ''> {
  const names = Object.keys(profile).filter((name) => !REDIRECT_FIELDS.includes(name));
  return Object.fromEntries([...names, 'packed'].map((name) => [name, '']));
}
