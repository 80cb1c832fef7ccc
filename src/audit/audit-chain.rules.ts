import type { Suite } from '../platform/suites/suite.js';
import { canonicalForm, type Json } from './canonical-form.rules.js';

/** What was done, before it has a place in a log. */
export interface AuditFact {
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
  readonly outcome: string;
  readonly details: Readonly<Record<string, Json>>;
}

/** The end of a log: how many entries it has, and the hash of the last. */
export interface ChainEnd {
  readonly sequence: number;
  /** Hexadecimal. */
  readonly hash: string;
}

/** An entry in its place. */
export interface ChainLink extends ChainEnd {
  readonly previousHash: string;
  readonly canonical: string;
}

/** The end of a log without entries: as many zeros as a hash has digits. */
export function startOfChain(suite: Suite): ChainEnd {
  return { sequence: 0, hash: '0'.repeat(suite.hash(new Uint8Array()).length * 2) };
}

/** The entry of a fact behind the end of a log: its canonical form holds the hash before, and its own hash is over that form. */
export function chainFact(suite: Suite, end: ChainEnd, tenantId: string, fact: AuditFact): ChainLink {
  const sequence = end.sequence + 1;
  const { at, actor, action, subject, outcome, details } = fact;
  const body = { actor, action, at, details, outcome, previousHash: end.hash, sequence, subject, tenant: tenantId };
  const canonical = canonicalForm(body);
  return { sequence, previousHash: end.hash, canonical, hash: hashOf(suite, canonical) };
}

/** The hash of a canonical form, hexadecimal. */
export function hashOf(suite: Suite, canonical: string): string {
  return suite.hash(Buffer.from(canonical)).toString('hex');
}

/** What a canonical form tells; undefined where it is none of an entry. */
export function readCanonical(
  canonical: string,
): (AuditFact & { readonly sequence: number; readonly previousHash: string; readonly tenant: string }) | undefined {
  try {
    const body: unknown = JSON.parse(canonical);
    return isBody(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function isBody(body: unknown): body is NonNullable<ReturnType<typeof readCanonical>> {
  if (!isFact(body)) return false;
  const { sequence, previousHash, tenant } = body as AuditFact & Readonly<Record<string, unknown>>;
  return Number.isSafeInteger(sequence) && typeof previousHash === 'string' && typeof tenant === 'string';
}

/** Whether something read is a fact that has a canonical form. */
export function isFact(fact: unknown): fact is AuditFact {
  if (typeof fact !== 'object' || fact === null) return false;
  const { details, subject, ...texts } = fact as Record<string, unknown>;
  const isText = ['at', 'actor', 'action', 'outcome'].every((name) => typeof texts[name] === 'string');
  const isObject = typeof details === 'object' && details !== null;
  const isInTime = typeof texts.at === 'string' && !Number.isNaN(Date.parse(texts.at));
  return isText && isObject && isInTime && (subject === null || typeof subject === 'string');
}
