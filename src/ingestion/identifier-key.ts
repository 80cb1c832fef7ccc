import type { Channel } from '../channels/channel.js';
import type { TenantContext } from '../platform/context.js';
import { blindIndex } from '../platform/seal.js';
import { identityOf, scopeIn } from './identifiers.rules.js';
import type { ObservedIdentifier } from './observation.js';

/** The blinded form of an identifier that a channel brings: what keys its claim. */
export function identifierKey(ctx: TenantContext, channel: Channel, identifier: ObservedIdentifier): string {
  return blindIndex(ctx.keys, 'identifier', identifier.type, scopeIn(channel, identifier), identifier.value);
}

/** As `identifierKey`, each identifier blinded once for as long as the function given is kept. */
export function identifierKeys(ctx: TenantContext): (channel: Channel, identifier: ObservedIdentifier) => string {
  const keys = new Map<string, string>();
  return (channel, identifier) => {
    const identity = `${channel}\0${identityOf(identifier)}`;
    const key = keys.get(identity) ?? identifierKey(ctx, channel, identifier);
    keys.set(identity, key);
    return key;
  };
}
