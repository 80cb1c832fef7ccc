import type { AccountObservation, AccountRecord } from '../channels/account.rules.js';
import type { Identifier } from '../channels/identifier.entity.js';
import type { IdentifierType } from '../channels/identifier-type.js';
import { dayNumberOf, earlier, later } from '../platform/dates.rules.js';

/** That an account was seen with an identifier, from the first to the last time, which its claim may not say yet. */
export interface NewHolding {
  readonly key: string;
  readonly type: IdentifierType;
  readonly accountId: string;
  readonly from: Date;
  readonly to: Date;
  /** Whether all that is new is that the account was seen with it on a later day. */
  readonly isOnlyLater: boolean;
  /** Whether the account held it when it was read, since the first of these days: what follows from that may have been done. */
  readonly wasHeld: boolean;
}

/** What is asked of an account's identifier before it is claimed. */
export interface KnownHoldings {
  /** The accounts as stored before. */
  readonly accounts: ReadonlyMap<string, Pick<AccountRecord, 'id' | 'identifiers'>>;
  /** Whether the account's profile shows it, which proves that it was dealt with. */
  isStitched(accountId: string, key: string): boolean;
  /** Whether what tells the account's person from others is new: then all that it holds is claimed again. */
  isOtherPerson(accountId: string): boolean;
}

/**
 * What observations newly say of who holds what, and what stored accounts hold that was never dealt with: a process may
 * have stopped between writing an account and its profile.
 */
export function newHoldings(observations: readonly AccountObservation[], known: KnownHoldings): NewHolding[] {
  const found = new Map<string, NewHolding>();
  for (const holding of [...undealt(observations, known), ...observed(observations, known)]) {
    const place = `${holding.key}\0${holding.accountId}`;
    const before = found.get(place);
    found.set(place, before ? joined(before, holding) : holding);
  }
  return [...found.values()];
}

function joined(a: NewHolding, b: NewHolding): NewHolding {
  const [isOnlyLater, wasHeld] = [a.isOnlyLater && b.isOnlyLater, a.wasHeld && b.wasHeld];
  return { ...a, from: earlier(a.from, b.from), to: later(a.to, b.to), isOnlyLater, wasHeld };
}

/** All that an account holds and that may link it, as if none of it had been claimed. */
export function allHoldings({ id, identifiers }: Pick<AccountRecord, 'id' | 'identifiers'>): NewHolding[] {
  return identifiers
    .filter(({ linking }) => linking)
    .map(({ key, type, firstSeenAt: from, lastSeenAt: to }) => {
      return { key, type, accountId: id, from, to, isOnlyLater: false, wasHeld: true };
    });
}

/** What the observed accounts held before, where their profile doesn't show it or it speaks of another person now. */
function undealt(observations: readonly AccountObservation[], known: KnownHoldings): NewHolding[] {
  const isDealtWith = ({ accountId, key }: NewHolding) =>
    known.isStitched(accountId, key) && !known.isOtherPerson(accountId);
  const accounts = [...new Set(observations.map(({ accountId }) => accountId))].flatMap(
    (id) => known.accounts.get(id) ?? [],
  );
  return accounts.flatMap((account) => allHoldings(account)).filter((holding) => !isDealtWith(holding));
}

/** What was observed on days that are not known yet. */
function observed(observations: readonly AccountObservation[], known: KnownHoldings): NewHolding[] {
  return observations.flatMap(({ accountId, occurredAt, identifiers }) =>
    identifiers
      .filter(({ linking }) => linking)
      .flatMap(({ key, type }) => {
        const held = known.accounts.get(accountId)?.identifiers.find((identifier) => identifier.key === key);
        const dealtWith = known.isStitched(accountId, key) ? held : undefined;
        if (isWithin(dealtWith, occurredAt)) return [];
        const isOnlyLater = isAfter(dealtWith, occurredAt);
        const wasHeld = isWithin(held, occurredAt) || isAfter(held, occurredAt);
        return [{ key, type, accountId, from: occurredAt, to: occurredAt, isOnlyLater, wasHeld }];
      }),
  );
}

function isWithin(held: Identifier | undefined, at: Date): boolean {
  return held !== undefined && dayNumberOf(at) >= dayNumberOf(held.firstSeenAt) && !isAfter(held, at);
}

function isAfter(held: Identifier | undefined, at: Date): boolean {
  return held !== undefined && dayNumberOf(at) > dayNumberOf(held.lastSeenAt);
}
