import { millionthsOfAmount, type Sale } from './orders.rules.js';
import type { RfmSettings } from './rfm-settings.js';

/** What of an event tells of an order. */
interface SaleEvent {
  readonly id: string;
  readonly name: string;
  readonly occurredAt: Date;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly revenue: { readonly amount: string; readonly currency: string } | null;
}

/** An order or refund, of an event in clear of one of their names. An amount in another currency than the tenant's is none. */
export function saleOf(event: SaleEvent, { refundEvents }: RfmSettings, currency: string): Sale {
  const { id, name, occurredAt, revenue, properties } = event;
  const amount = revenue?.currency === currency ? millionthsOfAmount(revenue.amount) : null;
  return {
    id,
    at: occurredAt.getTime(),
    isRefund: refundEvents.includes(name),
    orderId: orderIdOf(properties),
    amount,
  };
}

function orderIdOf({ order_id, orderId }: Readonly<Record<string, unknown>>): string | null {
  const named = [order_id, orderId].find((id) => typeof id === 'string' || typeof id === 'number');
  const id = String(named ?? '').trim();
  return id === '' ? null : id;
}
