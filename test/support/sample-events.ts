import type { EventInput, IdentifierInput, IngestMutation } from '../../schema/generated/operations.js';
import { IngestDocument } from '../../schema/generated/operations.js';
import type { ApiClient } from './api-client.js';

const DAY_MS = 86_400_000;
let made = 0;

/** An event with what matters to a test; the rest is filled in, each with a messageId of its own. */
export function eventOf(given: Partial<EventInput> & Pick<EventInput, 'identifiers'>): EventInput {
  made += 1;
  return {
    messageId: `sample-${process.pid}-${made}`,
    type: 'TRACK',
    name: 'Product Viewed',
    channel: 'WEB',
    occurredAt: daysAgo(10),
    ...given,
  };
}

/** What an account is told, without an event name of its own. */
export function identify(given: Partial<EventInput> & Pick<EventInput, 'identifiers'>): EventInput {
  return eventOf({ type: 'IDENTIFY', name: null, ...given });
}

export function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString();
}

/** A mobile number in E.164: one for each number from 0 to 9,999,999. */
export function phoneNumber(n: number): string {
  return `+86139${String(10_000_000 + n)}`;
}

export const byPhone = (value: string): IdentifierInput => ({ type: 'PHONE', value });
export const byEmail = (value: string): IdentifierInput => ({ type: 'EMAIL', value });
export const byUser = (value: string): IdentifierInput => ({ type: 'USER_ID', value });
export const byDevice = (value: string): IdentifierInput => ({ type: 'DEVICE_ID', value });
export const byOpenId = (value: string, namespace = 'wx-app'): IdentifierInput => ({
  type: 'OPEN_ID',
  namespace,
  value,
});
export const byUnionId = (value: string): IdentifierInput => ({ type: 'UNION_ID', namespace: 'wx-open', value });

/** Sends events and gives back what became of them. */
export async function send(client: ApiClient, events: readonly EventInput[]): Promise<IngestMutation['ingest']> {
  return (await client.data(IngestDocument, { events })).ingest;
}

/** Sends events that must all be taken. */
export async function sendAll(client: ApiClient, events: readonly EventInput[]): Promise<void> {
  const { accepted, rejected } = await send(client, events);
  if (accepted !== events.length) throw new Error(`Not all were accepted: ${JSON.stringify({ accepted, rejected })}`);
}
