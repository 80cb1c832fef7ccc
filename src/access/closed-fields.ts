/** Whether a relation of an object is kept from the caller whom the object was read for. */
type IsClosed = (field: string) => boolean;

const closed = new WeakMap<object, IsClosed>();

/** Closes relations of one object, whatever its type's rules: for a reason of the object's own, as missing consent. */
export function closeFields<T extends object>(object: T, isClosedField: IsClosed): T {
  closed.set(object, isClosedField);
  return object;
}

/** Whether a relation of this very object is closed. */
export function isClosed(object: unknown, field: string): boolean {
  return typeof object === 'object' && object !== null && (closed.get(object)?.(field) ?? false);
}
