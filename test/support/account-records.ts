import type { AccountObservation, AccountRecord } from '../../src/channels/account.rules.js';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';

const AT = Date.UTC(2026, 0, 5);

/** An instant some minutes after the first one of these tests. */
export function minute(count: number): Date {
  return new Date(AT + count * 60_000);
}

/** An observation of account `a1` of the web site, with what differs. */
export function observation(change: Partial<AccountObservation> = {}): AccountObservation {
  return {
    accountId: 'a1',
    channel: Channel.WEB,
    externalId: 'u1',
    externalIdType: IdentifierType.USER_ID,
    messageId: 'm1',
    occurredAt: minute(0),
    identifiers: [],
    attributes: {},
    custom: {},
    ...change,
  };
}

/** An identifier as an observation brings it. */
export function held(value: string, type = IdentifierType.USER_ID) {
  return { type, namespace: null, value, linking: true, key: `${type} ${value}` };
}

/** An account that said these things at one moment. */
export function account(
  id: string,
  attributes: Readonly<Record<string, unknown>> = {},
  change: Partial<AccountRecord> & { at?: number } = {},
): AccountRecord {
  const { at = 0, ...rest } = change;
  const names = [...Object.keys(attributes), ...Object.keys(rest.custom ?? {})];
  return {
    id,
    channel: Channel.WEB,
    externalId: id,
    externalIdType: IdentifierType.USER_ID,
    displayName: null,
    identifiers: [],
    attributes,
    custom: {},
    stamps: Object.fromEntries(names.map((name) => [name, [minute(at).getTime(), 'm'] as const])),
    firstSeenAt: minute(at),
    lastSeenAt: minute(at),
    ...rest,
  };
}
