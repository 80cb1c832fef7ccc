import type { TenantContext } from '../platform/context.js';
import { idOf, keyOf } from '../platform/ids.js';
import { coverToken, uncoverToken } from '../platform/index-token.js';
import type { IndexVersion } from '../platform/index-versions.js';
import { type LinkRecord, withTokenInId } from './link.rules.js';

type Evidence = LinkRecord['evidence'];

/** The key that a link is stored by under a version of the index key. */
export function linkKeyUnder(ctx: TenantContext, id: string, version: IndexVersion): string {
  return keyOf(
    ctx.tenantId,
    withTokenInId(id, (token) => coverToken(ctx.keys, token, version)),
  );
}

/** Every key that a link may be stored by, the oldest first: one, save while the index key gives way to another. */
export function linkKeysOf(ctx: TenantContext, id: string): string[] {
  return [...new Set(ctx.keys.versions.asked.map((version) => linkKeyUnder(ctx, id, version)))];
}

/** The id of a link by the key it is stored by. */
export function linkIdIn(ctx: TenantContext, storedKey: string): string {
  return withTokenInId(idOf(storedKey), (stored) => uncoverToken(ctx.keys, stored));
}

/** What a link is by, as it is stored. */
export function storedEvidence({ keys }: TenantContext, evidence: Evidence): Evidence {
  return withIdentifier(evidence, (token) => coverToken(keys, token));
}

/** What a link is by. */
export function clearEvidence({ keys }: TenantContext, evidence: Evidence): Evidence {
  return withIdentifier(evidence, (stored) => uncoverToken(keys, stored));
}

function withIdentifier(evidence: Evidence, to: (token: string) => string): Evidence {
  const { identifier } = evidence;
  return typeof identifier === 'string' ? { ...evidence, identifier: to(identifier) } : evidence;
}
