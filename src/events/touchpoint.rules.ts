import type { Channel } from '../channels/channel.js';
import type { Touchpoint } from './event.entity.js';
import { EventType, TouchpointInitiative, TouchpointPlace, TouchpointValue } from './event-kinds.js';
import { namesStore } from './store-data.rules.js';

const HIGH_VALUE = /^(?:order|checkout|payment|purchase|subscription|signed up|lead|coupon redeemed)/i;
const MEDIUM_VALUE = /^(?:product|cart|form|wishlist|qr|menu|friend|store visited|device|ticket|search)/i;
const REACHED = /^(?:push|email|sms|message|notification|ad)\b.*(?:sent|delivered|received|shown|opened)/i;
/** Systems that record what happened elsewhere: with a store, it happened there. */
const RECORDING: ReadonlySet<string> = new Set(['CRM', 'ERP']);

function valueClassOf(name: string): TouchpointValue {
  if (HIGH_VALUE.test(name)) return TouchpointValue.HIGH;
  return MEDIUM_VALUE.test(name) ? TouchpointValue.MEDIUM : TouchpointValue.LOW;
}

function placeOf(channel: Channel, properties: Readonly<Record<string, unknown>>): TouchpointPlace {
  const isOffline = channel === 'STORE' || (RECORDING.has(channel) && namesStore(properties));
  return isOffline ? TouchpointPlace.OFFLINE : TouchpointPlace.ONLINE;
}

/** How an event counts as a touch; null for one that is none, as IDENTIFY, GROUP and ALIAS. */
export function touchpointOf(
  type: EventType,
  name: string,
  channel: Channel,
  properties: Readonly<Record<string, unknown>>,
): Touchpoint | null {
  if (type !== EventType.TRACK && type !== EventType.PAGE && type !== EventType.SCREEN) return null;
  return {
    initiative: REACHED.test(name) ? TouchpointInitiative.PASSIVE : TouchpointInitiative.ACTIVE,
    place: placeOf(channel, properties),
    valueClass: valueClassOf(name),
  };
}
