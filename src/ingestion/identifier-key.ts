import type { Channel } from '../channels/channel.js';
import type { TenantContext } from '../platform/context.js';
import { blindIndex } from '../platform/seal.js';
import { identityOf, scopeIn } from './identifiers.rules.js';
import type { ObservedIdentifier } from './observation.js';

/** The blinded form of an identifier that a channel brings: what keys its claim. */
export function identifierKey(ctx: TenantContext, channel: Channel, identifier: ObservedIdentifier): string {
  return blindIndex(ctx.keys, 'identifier', identifier.type, scopeIn(channel, identifier), identifier.value);
}

/** What is derived from an identifier of a channel, derived once for as long as the function given back is kept. */
export function onceEach(
  derive: (channel: Channel, identifier: ObservedIdentifier) => string,
): (channel: Channel, identifier: ObservedIdentifier) => string {
  const known = new Map<string, string>();
  return (channel, identifier) => {
    const identity = `${channel}\0${identityOf(identifier)}`;
    const before = known.get(identity);
    if (before !== undefined) return before;
    const derived = derive(channel, identifier);
    known.set(identity, derived);
    return derived;
  };
}
