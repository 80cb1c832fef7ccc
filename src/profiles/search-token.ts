import { LRUCache } from 'lru-cache';
import type { OtherTokens } from '../platform/blinded.js';
import type { TenantContext } from '../platform/context.js';
import { coverParts, isCurrentForm, marked, readMark, uncoverParts } from '../platform/index-token.js';
import { BARE_ID, type IndexVersion } from '../platform/index-versions.js';
import { blindIndex, type TenantKeys } from '../platform/seal.js';
import type { SearchTerm, SoughtTerm } from './search.rules.js';

/** Kinds whose starts are many and short: fewer characters of each say enough, since all of them must agree. */
const NAME_KINDS = new Set<SearchTerm['kind']>(['name', 'sound']);
const CHARACTERS_OF_A_NAME_START = 6;
const CHARACTERS_OF_A_START = 11;

/** Each kind's own first character keeps the kinds apart in the one index; none of them begins `channel:`. */
const MARKS: Readonly<Record<SearchTerm['kind'], string>> = {
  name: 'n',
  sound: 's',
  phone: 'p',
  phone4: 'd',
  mail: 'e',
  member: 'm',
};

const NAME_MARKS = new Set([...NAME_KINDS].map((kind) => MARKS[kind]));

/** Starts of names and of phones are shared by many: their blinded forms are kept, for each tenant's keys. */
const SHARED_STARTS_KEPT = 20_000;
const LONGEST_SHARED_START = 7;
const sharedStarts = new WeakMap<TenantKeys, LRUCache<string, string>>();

function sharedStartsOf(keys: TenantKeys): LRUCache<string, string> {
  const known = sharedStarts.get(keys) ?? new LRUCache<string, string>({ max: SHARED_STARTS_KEPT });
  sharedStarts.set(keys, known);
  return known;
}

/** The last of several starts is a value of one person where it is long, and is not kept. */
function isShared(kind: SearchTerm['kind'], start: string): boolean {
  return NAME_KINDS.has(kind) || (kind === 'phone' && start.length <= LONGEST_SHARED_START);
}

function blindStart(ctx: TenantContext, kind: SearchTerm['kind'], start: string): string {
  const domain = NAME_KINDS.has(kind) ? 'name' : kind;
  if (!isShared(kind, start)) return blindIndex(ctx.keys, 'search', domain, start);
  const kept = sharedStartsOf(ctx.keys);
  const place = `${domain}:${start}`;
  const token = kept.get(place) ?? blindIndex(ctx.keys, 'search', domain, start);
  kept.set(place, token);
  return token;
}

/**
 * The blinded form of a search term: a part of the HMAC of each of its starts, one after the other, so that the token of
 * a start is the start of the token, and one entry of an index answers for all of them.
 */
export function searchToken(ctx: TenantContext, { kind, starts }: SearchTerm): string {
  const characters = NAME_KINDS.has(kind) ? CHARACTERS_OF_A_NAME_START : CHARACTERS_OF_A_START;
  return MARKS[kind] + starts.map((start) => blindStart(ctx, kind, start).slice(0, characters)).join('');
}

/** What the stored token of a matching profile is, or begins with: under each version of the index key it may be stored under. */
export function soughtTokens(ctx: TenantContext, term: SoughtTerm): (string | RegExp)[] {
  const token = searchToken(ctx, term);
  return ctx.keys.versions.asked.map((version) => {
    const [stored = ''] = coveredBy(version, [token]);
    return term.isStart ? new RegExp(`^${stored.replace('.', '\\.')}`) : stored;
  });
}

/** The stored forms of tokens, under the version in force; what is in clear stays so. */
export function storedTokens({ versions }: TenantKeys, tokens: readonly string[]): string[] {
  return coveredBy(versions.current, tokens);
}

/** The stored forms of stored tokens under the version in force; undefined where they are. */
export function renewedTokens(keys: TenantKeys, stored: readonly string[]): string[] | undefined {
  if (stored.every((token) => isClear(token) || isCurrentForm(keys, token))) return undefined;
  const tokens = stored.map((form) => {
    if (isClear(form)) return form;
    const [version, cover] = readMark(keys, form);
    return cover.charAt(0) + uncoverParts(version, partsOf(cover)).join('');
  });
  return storedTokens(keys, tokens);
}

/** The search tokens among what is stored of a profile. */
export const SEARCH_TOKENS: OtherTokens = {
  of: ({ searchTokens }) => tokensOf(searchTokens).filter((token) => !isClear(token)),
  renewed: ({ keys }, { searchTokens }) => {
    const renewed = renewedTokens(keys, tokensOf(searchTokens));
    return renewed ? { searchTokens: renewed } : {};
  },
};

/** A redirect has none. */
function tokensOf(searchTokens: unknown): readonly string[] {
  return Array.isArray(searchTokens) ? searchTokens : [];
}

/** Tokens that hold no value of a person, as `channel:WEB`, are not blinded: what is blinded holds no colon. */
function isClear(token: string): boolean {
  return token.includes(':');
}

/** The parts of a token behind its mark, each of which stands for a start. */
function partsOf(token: string): string[] {
  const size = NAME_MARKS.has(token.charAt(0)) ? CHARACTERS_OF_A_NAME_START : CHARACTERS_OF_A_START;
  return token.slice(1).match(new RegExp(`.{1,${size}}`, 'g')) ?? [];
}

/** Part by part, so that the stored token of a start is the start of the stored token as well. */
function coveredBy(version: IndexVersion, tokens: readonly string[]): string[] {
  if (version.id === BARE_ID) return [...tokens];
  const parts = tokens.map((token) => (isClear(token) ? [] : partsOf(token)));
  const covers = coverParts(version, parts.flat());
  let next = 0;
  return tokens.map((token, at) => {
    if (isClear(token)) return token;
    const own = covers.slice(next, next + (parts[at]?.length ?? 0));
    next += own.length;
    return marked(version, token.charAt(0) + own.join(''));
  });
}

/** The token of the profiles with an account in a channel. */
export function channelToken(channel: string): string {
  return `channel:${channel}`;
}
