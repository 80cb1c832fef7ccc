import type { TenantContext } from '../platform/context.js';
import { hashedUlid } from '../platform/ids.js';
import type { ConsentEntry } from '../privacy/consent.store.js';
import { type AnchoredFacts, NO_FACTS } from '../profiles/anchored-facts.rules.js';
import type { Placed } from './placed.js';

/** The entries of the ledger that observations bring: of their own account, with the event's time, the same in each retry. */
export function consentEntriesOf(ctx: TenantContext, placed: readonly Placed[]): ConsentEntry[] {
  return placed.flatMap(({ observation, eventId, account: { accountId } }) => {
    const { consents, occurredAt: at, messageId } = observation;
    if (!consents) return [];
    const { policyVersion } = consents;
    const proof = { evidence: { messageId }, guardian: null, actor: 'ingestion' };
    return [...consents.granted].map(([purpose, granted]) => {
      const id = `con_${hashedUlid(ctx.tenantId, eventId, purpose)}`;
      const said = {
        purpose,
        granted,
        channel: null,
        policyVersion,
        at,
        expiresAt: null,
        isGuarded: false,
        grant: null,
      };
      return { fact: { id, ...said, anchorId: accountId, accountIds: [accountId] }, proof };
    });
  });
}

/** What profiles take in of entries. */
export function factsOf(entries: readonly ConsentEntry[]): { readonly facts?: AnchoredFacts } {
  if (entries.length === 0) return {};
  return { facts: { ...NO_FACTS, consents: { entries: entries.map(({ fact }) => fact), leftOut: false } } };
}
