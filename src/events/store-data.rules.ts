const STORE_KEYS: readonly string[] = ['storeId', 'store_id', 'storeCode', 'store_code'];

/** Whether what a channel told of an event names a store. */
export function namesStore(properties: Readonly<Record<string, unknown>>): boolean {
  return STORE_KEYS.some((key) => {
    const value = properties[key];
    return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  });
}
