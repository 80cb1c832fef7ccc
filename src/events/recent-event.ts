import { deserialize, serialize } from 'node:v8';
import { Attribute, type Sensitivity } from '../platform/entity.js';
import { maskUnseen, reveal } from '../platform/protect.js';
import { Event } from './event.entity.js';
import type { HiddenEvent } from './event.store.js';

const LARGEST_COPY_BYTES = 2_048;

/**
 * The copy of an event inside a profile. It is made once and never changes, so it is kept as bytes: a profile that is
 * written again need not spell out its events again.
 */
export class RecentEvent {
  @Attribute(() => String, { hidden: true })
  id!: string;

  @Attribute(() => Date, { hidden: true })
  occurredAt!: Date;

  @Attribute(() => String, { hidden: true, description: 'Where the copy is empty: the account it belongs to.' })
  accountId?: string;

  @Attribute(() => Buffer, {
    hidden: true,
    description:
      'The event with its protected values masked; empty where it is larger than 2 kB, and read from its collection.',
  })
  copy!: Buffer;

  @Attribute(() => Object, {
    hidden: true,
    sensitivity: 'CORE',
    mask: 'hidden',
    description: 'Clear values by their place.',
  })
  core?: Record<string, unknown> | null;

  @Attribute(() => Object, {
    hidden: true,
    sensitivity: 'IMPORTANT',
    mask: 'hidden',
    description: 'Clear values by their place, where the tenant seals them.',
  })
  important?: Record<string, unknown> | null;
}

/** The copy of an event for its profile. */
export function recentEventOf({ record, overlays }: HiddenEvent): RecentEvent {
  const copy = serialize(record);
  const place = { id: record.id, occurredAt: record.occurredAt };
  if (copy.length > LARGEST_COPY_BYTES) return { ...place, accountId: record.accountId, copy: Buffer.alloc(0) };
  return {
    ...place,
    copy,
    ...(overlays.CORE && { core: overlays.CORE }),
    ...(overlays.IMPORTANT && { important: overlays.IMPORTANT }),
  };
}

/** The event of a copy for a reader who may not see some classes; undefined where the copy is empty. */
export function eventOfCopy(
  { copy, core, important }: RecentEvent,
  unseen: ReadonlySet<Sensitivity>,
): Event | undefined {
  if (copy.length === 0) return undefined;
  const event = deserialize(copy) as Event;
  if (core && !unseen.has('CORE')) reveal(event, core);
  if (important && !unseen.has('IMPORTANT')) reveal(event, important);
  maskUnseen(Event, event, unseen);
  return event;
}

/** The account that an event of a profile belongs to; undefined where its copy is empty and was made before that was kept. */
export function ownerOf({ copy, accountId }: RecentEvent): string | undefined {
  return copy.length === 0 ? accountId : (deserialize(copy) as Event).accountId;
}
