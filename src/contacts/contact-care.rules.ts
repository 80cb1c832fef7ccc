import { LRUCache } from 'lru-cache';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import type { ConsentState } from '../privacy/consent-state.rules.js';
import type { ContactCap, QuietHours } from './contact-care.js';
import type { ContactPolicy } from './contact-policy.view.js';

const MINUTES_PER_HOUR = 60;
const MILLISECONDS_PER_MINUTE = 60_000;
const MINUTES_PER_DAY = 1_440;

/** What is known of somebody who might be contacted. */
export interface ContactStanding {
  readonly cap: ContactCap;
  /** When they were contacted, in any order; those before the window don't count. */
  readonly contacts: readonly Date[];
  readonly quietHours: QuietHours | null;
  readonly timeZone: string;
  readonly consent: Pick<ConsentState, 'granted' | 'reason'>;
  /** Whether they want to be contacted in the channel asked about. */
  readonly isWanted: boolean;
}

/**
 * Whether somebody may be contacted at a moment. What time alone will not change comes first: RESTRICTED, OBJECTED,
 * CONSENT_ and why it isn't granted, CHANNEL_NOT_WANTED, and a cap of 0. Then CAP_REACHED, until so many of the contacts
 * have left the window that one is free, and QUIET_HOURS, until they end; `nextAllowedAt` is the first moment that
 * neither holds, should nobody contact them before.
 */
export function contactPolicyAt(at: Date, standing: ContactStanding): ContactPolicy {
  const { cap, contacts } = standing;
  const used = contacts.filter((contact) => isWithin(contact, cap, at)).length;
  const counted = { cap: cap.most, windowDays: cap.days, used };
  const refusal = lastingRefusal(standing);
  if (refusal) return { ...counted, allowed: false, reason: refusal, nextAllowedAt: null };
  const free = freeFrom(at, standing);
  const allowedAt = endOfQuiet(free, standing);
  if (allowedAt <= at) return { ...counted, allowed: true, reason: null, nextAllowedAt: null };
  const reason = used >= cap.most ? 'CAP_REACHED' : 'QUIET_HOURS';
  return { ...counted, allowed: false, reason, nextAllowedAt: allowedAt };
}

/** Since when contacts count at a moment. */
export function windowStart(at: Date, { days }: ContactCap): Date {
  return new Date(at.getTime() - days * MILLISECONDS_PER_DAY);
}

/** Whether a preference, a channel's name or a list of them, takes in a channel; anything else prefers none. */
export function isWantedIn(preference: unknown, channel: string | null): boolean {
  const named = (Array.isArray(preference) ? preference : [preference]).filter((one) => typeof one === 'string');
  const wanted = named.map((one) => one.trim().toUpperCase()).filter((one) => one !== '');
  return channel === null || wanted.length === 0 || wanted.includes(channel);
}

function lastingRefusal({ cap, consent, isWanted }: ContactStanding): string | null {
  if (!consent.granted) {
    const { reason } = consent;
    return reason === 'RESTRICTED' || reason === 'OBJECTED' ? reason : `CONSENT_${reason}`;
  }
  if (!isWanted) return 'CHANNEL_NOT_WANTED';
  return cap.most === 0 ? 'CAP_REACHED' : null;
}

function isWithin(contact: Date, cap: ContactCap, at: Date): boolean {
  return contact > windowStart(at, cap);
}

/** When a slot is free: now, or once the contact has left the window that takes the last one. */
function freeFrom(at: Date, { cap, contacts }: ContactStanding): Date {
  const newestFirst = contacts
    .filter((contact) => isWithin(contact, cap, at))
    .sort((a, b) => b.getTime() - a.getTime());
  const taking = newestFirst[cap.most - 1];
  return taking ? new Date(taking.getTime() + cap.days * MILLISECONDS_PER_DAY) : at;
}

/** The moment itself, or the end of the quiet hours it lies in. */
function endOfQuiet(at: Date, { quietHours, timeZone }: ContactStanding): Date {
  if (!quietHours) return at;
  const [from, to] = [minuteOf(quietHours.from), minuteOf(quietHours.to)];
  const now = minuteAt(at, timeZone);
  const isQuiet = from < to ? now >= from && now < to : now >= from || now < to;
  if (!isQuiet) return at;
  const wait = (to - now + MINUTES_PER_DAY) % MINUTES_PER_DAY;
  const end = new Date(startOfMinute(at) + wait * MILLISECONDS_PER_MINUTE);
  // a change of the clock in between moves the end by as much
  const shift = ((to - minuteAt(end, timeZone) + MINUTES_PER_DAY * 1.5) % MINUTES_PER_DAY) - MINUTES_PER_DAY / 2;
  return new Date(end.getTime() + shift * MILLISECONDS_PER_MINUTE);
}

function startOfMinute(at: Date): number {
  return at.getTime() - (at.getTime() % MILLISECONDS_PER_MINUTE);
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * MINUTES_PER_HOUR + minutes;
}

/** The minute of the day that a clock on the wall shows. */
function minuteAt(at: Date, timeZone: string): number {
  return minuteOf(clockOf(timeZone).format(at));
}

/** Making one costs more than asking it. */
const clocks = new LRUCache<string, Intl.DateTimeFormat>({ max: 100 });

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const shown = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const clock = clocks.get(timeZone) ?? new Intl.DateTimeFormat('en-GB', { timeZone, ...shown });
  clocks.set(timeZone, clock);
  return clock;
}
