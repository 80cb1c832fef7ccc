import type { Position } from '../platform/change-catch-up.js';
import type { TenantContext } from '../platform/context.js';
import { idOf, keyOf } from '../platform/ids.js';
import { decodeCursor, encodeCursor } from '../platform/page.js';

const QUERY = 'changes';

/** A place in the messages of a subscription: behind a change, or behind the first messages of one. */
export interface MessagePosition extends Position {
  /** How many messages of the change lie behind; absent where all do. */
  readonly done?: number | undefined;
}

/** The cursor of a place; it opens for the same tenant alone, in any subscription. */
export function encodePosition(ctx: TenantContext, { changeKey, token, at, done }: MessagePosition): string {
  return encodeCursor(ctx, QUERY, [idOf(changeKey), token ?? null, at.getTime(), done ?? null]);
}

/** The place of a cursor; BAD_USER_INPUT where it is none of this tenant's. */
export function decodePosition(ctx: TenantContext, cursor: string): MessagePosition {
  const [id, token, at, done] = decodeCursor(ctx, QUERY, cursor) as [string, string | null, number, number | null];
  return { changeKey: keyOf(ctx.tenantId, id), token: token ?? undefined, at: new Date(at), done: done ?? undefined };
}
