import { badInput } from '../platform/errors.js';
import { kindOfId } from '../platform/ids.js';

/** What a token is to be, as a client or the command line asks for it. */
export interface TokenRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly purposes?: readonly string[] | null;
  readonly channel?: string | null;
  readonly namespace?: string | null;
  readonly segmentIds?: readonly string[] | null;
  readonly profileIds?: readonly string[] | null;
  readonly expiresAt?: Date | null;
}

/** The names a request may use. */
export interface TokenVocabulary {
  readonly scopes: readonly string[];
  readonly purposes: readonly string[];
  readonly channels: readonly string[];
}

/** What a token is, decided. */
export interface TokenGrant {
  readonly name: string;
  readonly scopes: string[];
  readonly purposes: string[];
  readonly channel: string | null;
  readonly namespace: string | null;
  readonly segmentIds: string[] | null;
  readonly profileIds: string[] | null;
  readonly expiresAt: Date | null;
}

const INGESTION_SCOPE = 'events:write';
const DEFAULT_CHANNEL = 'WEB';
const LONGEST_NAME = 100;
const MOST_IDS = 100;
/** What a token can be confined to, by the kind of its ids. */
const KINDS = { seg: 'segment', prf: 'profile' } as const;
const LONGEST_OVERLAP_MINUTES = 7 * 24 * 60;
const MS_PER_MINUTE = 60_000;

/**
 * Checks a request against the names there are and fills in its defaults: all purposes, and the channel WEB for a token
 * that ingests. `at` is the path of the request in the error.
 */
export function grantOf(request: TokenRequest, known: TokenVocabulary, now: Date, at = 'input'): TokenGrant {
  if (request.scopes.length === 0)
    throw badInput(`${at}.scopes`, `must name at least one of ${known.scopes.join(', ')}`);
  return {
    name: shortText(request.name, `${at}.name`),
    scopes: knownNames(request.scopes, known.scopes, `${at}.scopes`),
    purposes: knownNames(request.purposes ?? known.purposes, known.purposes, `${at}.purposes`),
    channel: channelOf(request, known, `${at}.channel`),
    namespace: request.namespace == null ? null : shortText(request.namespace, `${at}.namespace`),
    segmentIds: idsOf('seg', request.segmentIds, `${at}.segmentIds`),
    profileIds: idsOf('prf', request.profileIds, `${at}.profileIds`),
    expiresAt: futureOrNever(request.expiresAt, now, `${at}.expiresAt`),
  };
}

/** Whether a token lets anyone in at this moment. */
export function holdsAt(token: { revokedAt: Date | null; expiresAt: Date | null }, now: Date): boolean {
  return token.revokedAt === null && (token.expiresAt === null || token.expiresAt > now);
}

/** When the token that a rotation replaces ends: after the overlap, and never later than it would have. */
export function endOfOverlap(token: { expiresAt: Date | null }, overlapMinutes: number, now: Date): Date {
  if (overlapMinutes < 0 || overlapMinutes > LONGEST_OVERLAP_MINUTES) {
    throw badInput('overlapMinutes', `must be from 0 to ${LONGEST_OVERLAP_MINUTES}`);
  }
  const end = new Date(now.getTime() + overlapMinutes * MS_PER_MINUTE);
  return token.expiresAt && token.expiresAt < end ? token.expiresAt : end;
}

/** When the successor of a token ends: it lives as long as the old one was meant to. */
export function expiryOfSuccessor(token: { createdAt: Date; expiresAt: Date | null }, now: Date): Date | null {
  return token.expiresAt && new Date(now.getTime() + token.expiresAt.getTime() - token.createdAt.getTime());
}

function knownNames(names: readonly string[], known: readonly string[], path: string): string[] {
  const stranger = names.find((name) => !known.includes(name));
  if (stranger !== undefined) {
    throw badInput(
      path,
      `${JSON.stringify(stranger.slice(0, LONGEST_NAME))} is unknown; there are ${known.join(', ')}`,
    );
  }
  return [...new Set(names)];
}

function shortText(text: string, path: string): string {
  const trimmed = text.trim();
  if (trimmed.length === 0 || trimmed.length > LONGEST_NAME)
    throw badInput(path, `must be 1 to ${LONGEST_NAME} characters`);
  return trimmed;
}

function channelOf({ channel, scopes }: TokenRequest, known: TokenVocabulary, path: string): string | null {
  if (channel == null) return scopes.includes(INGESTION_SCOPE) ? DEFAULT_CHANNEL : null;
  return knownNames([channel], known.channels, path)[0] ?? null;
}

function futureOrNever(expiresAt: Date | null | undefined, now: Date, path: string): Date | null {
  if (expiresAt && expiresAt <= now) throw badInput(path, 'must be in the future');
  return expiresAt ?? null;
}

function idsOf(kind: keyof typeof KINDS, ids: readonly string[] | null | undefined, path: string): string[] | null {
  if (!ids) return null;
  if (ids.length > MOST_IDS) throw badInput(path, `must be at most ${MOST_IDS} ${KINDS[kind]}s`);
  const wrong = ids.findIndex((id) => kindOfId(id) !== kind);
  if (wrong >= 0) throw badInput(`${path}[${wrong}]`, `must be the id of a ${KINDS[kind]}`);
  return [...new Set(ids)];
}
