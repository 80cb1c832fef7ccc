import type { Permission } from './permissions.js';

const rules = new Map<object, Map<string, Permission>>();

/**
 * The permission a caller needs for a query, mutation, subscription or relation field. A root field without it refuses
 * the whole operation with FORBIDDEN; a relation field is null and named in `Profile.withheld`. A resolver method
 * without a rule stops the start.
 */
export function Allow(permission: Permission): MethodDecorator {
  return (prototype, method) => {
    const own = rules.get(prototype.constructor) ?? new Map<string, Permission>();
    own.set(String(method), permission);
    rules.set(prototype.constructor, own);
  };
}

/** The permission that `@Allow` put on a resolver method, on its class or on one it extends. */
export function permissionOf(resolver: object, method: string): Permission | undefined {
  const own = rules.get(resolver)?.get(method);
  if (own) return own;
  const parent: unknown = Object.getPrototypeOf(resolver);
  return typeof parent === 'function' ? permissionOf(parent, method) : undefined;
}
