import type { Event } from '../events/event.entity.js';
import { TouchpointInitiative } from '../events/event-kinds.js';
import { eventOfCopy, type RecentEvent } from '../events/recent-event.js';
import type { Act } from '../lifecycle/course.rules.js';
import type { Sensitivity } from '../platform/entity.js';
import type { Sale } from '../rfm/orders.rules.js';
import { type RfmSettings, rfmOf } from '../rfm/rfm-settings.js';
import { saleOf } from '../rfm/sale.rules.js';
import type { Settings } from '../tenants/tenant.entity.js';

/** As events are stored: what tells of a person is no name that moves go by. */
const AS_STORED: ReadonlySet<Sensitivity> = new Set(['CORE', 'IMPORTANT']);
const CLEAR: ReadonlySet<Sensitivity> = new Set();

/** When something of a name happened: personal names masked. */
export type ActOutline = Pick<Event, 'id' | 'type' | 'name' | 'touchpoint' | 'occurredAt'>;

/** The names of the events that tell of orders. */
export function saleNamesOf({ orderEvents, refundEvents }: RfmSettings): Set<string> {
  return new Set([...orderEvents, ...refundEvents]);
}

/** What customers did by themselves: being reached is no activity. */
export function actsOf(outlines: readonly ActOutline[]): Act[] {
  const theirs = outlines.filter(({ touchpoint }) => touchpoint?.initiative !== TouchpointInitiative.PASSIVE);
  return theirs.map(({ id, type, name, occurredAt }) => ({ id, type, name, at: occurredAt.getTime() }));
}

/** What somebody did and bought, by whole copies of all their events. */
export function copiedFacts(
  copies: readonly RecentEvent[],
  { rfm, currency }: Pick<Settings, 'rfm' | 'currency'>,
): { acts: Act[]; sales: Sale[] } {
  const settings = rfmOf(rfm);
  const names = saleNamesOf(settings);
  const read = copies.flatMap((copy) => {
    const outline = eventOfCopy(copy, AS_STORED);
    return outline ? [{ copy, outline }] : [];
  });
  const sold = read
    .filter(({ outline }) => names.has(outline.name))
    .flatMap(({ copy }) => eventOfCopy(copy, CLEAR) ?? []);
  return {
    acts: actsOf(read.map(({ outline }) => outline)),
    sales: sold.map((event) => saleOf(event, settings, currency)),
  };
}
