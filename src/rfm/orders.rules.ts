import type { Calendar } from '../rules/calendar.rules.js';

/** An order or a refund, as an event told of it. */
export interface Sale {
  readonly id: string;
  /** In milliseconds. */
  readonly at: number;
  readonly isRefund: boolean;
  /** What names the order; null where nothing does. */
  readonly orderId: string | null;
  /** In millionths of the tenant's currency; null where no amount is named, or in another currency. */
  readonly amount: bigint | null;
}

/** What somebody has bought up to a day. */
export interface OrderTotals {
  /** The calendar day of the last order. */
  readonly lastDay: number;
  readonly frequency: number;
  /** In millionths of the tenant's currency. */
  readonly monetary: bigint;
}

const PLACES = 6;
const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d+))?$/;

/** A decimal amount in millionths, what is finer dropped; null where it is none. */
export function millionthsOfAmount(amount: string): bigint | null {
  const [, sign, whole = '', part = ''] = DECIMAL.exec(amount) ?? [];
  if (sign === undefined) return null;
  const millionths = BigInt(whole + part.slice(0, PLACES).padEnd(PLACES, '0'));
  return sign === '-' ? -millionths : millionths;
}

/** Millionths as a decimal string of at least two places. */
export function amountOfMillionths(millionths: bigint): string {
  const digits = millionths.toString().padStart(PLACES + 1, '0');
  const part = digits.slice(-PLACES).replace(/0{1,4}$/, '');
  return `${digits.slice(0, -PLACES)}.${part}`;
}

/** In the order of time: which of several events of an order is the order's, is for the first to say. */
function inOrder(a: Sale, b: Sale): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}

/** What an order came to after its refunds; undefined where nothing is left of it. */
function netOf(own: readonly Sale[], refunds: readonly Sale[]): bigint | undefined {
  const named = own.find(({ amount }) => amount !== null)?.amount ?? 0n;
  const gross = named > 0n ? named : 0n;
  if (refunds.some(({ amount }) => amount === null || amount === 0n)) return undefined;
  const back = refunds.reduce((sum, { amount }) => sum + abs(amount ?? 0n), 0n);
  if (back === 0n) return gross;
  return back >= gross ? undefined : gross - back;
}

function abs(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

/** What several events tell of one order is one order; an event that names none is one by itself. */
function byOrder(sales: readonly Sale[]): Map<string, Sale[]> {
  const orders = new Map<string, Sale[]>();
  for (const sale of [...sales].sort(inOrder)) {
    const key = sale.orderId === null ? `event ${sale.id}` : `order ${sale.orderId}`;
    orders.set(key, [...(orders.get(key) ?? []), sale]);
  }
  return orders;
}

/** The calendar days of orders that were not wholly refunded, oldest first, with what each came to, up to a day. */
export function ordersUpTo(sales: readonly Sale[], day: number, calendar: Calendar): { day: number; net: bigint }[] {
  const known = sales.filter(({ at }) => calendar.dayOf(at) <= day);
  const orders = [...byOrder(known).values()].flatMap((all) => {
    const own = all.filter(({ isRefund }) => !isRefund);
    const [first] = own;
    const net =
      first &&
      netOf(
        own,
        all.filter(({ isRefund }) => isRefund),
      );
    return first && net !== undefined ? [{ day: calendar.dayOf(first.at), net }] : [];
  });
  return orders.sort((a, b) => a.day - b.day);
}

/** What somebody has bought up to a day; null where nothing. */
export function totalsOf(orders: readonly { readonly day: number; readonly net: bigint }[]): OrderTotals | null {
  const last = orders.at(-1);
  if (!last) return null;
  return { lastDay: last.day, frequency: orders.length, monetary: orders.reduce((sum, { net }) => sum + net, 0n) };
}
