/** Properties of an event that say what an order is worth: of class IMPORTANT. */
const ORDER_VALUES: ReadonlySet<string> = new Set([
  'total',
  'revenue',
  'subtotal',
  'value',
  'tax',
  'shipping',
  'discount',
]);

/** Whether a property of this name says what an order is worth. */
export function isOrderValue(name: string): boolean {
  return ORDER_VALUES.has(name);
}
