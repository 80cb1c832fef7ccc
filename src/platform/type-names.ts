import { type GraphQLSchema, isInterfaceType } from 'graphql';
import { getMetadataStorage } from 'type-graphql';

/**
 * Lets interfaces name the type of an object at once. type-graphql wraps `resolveType` into a promise, which costs one a
 * list item and which compiled execution doesn't await. What can't be named is undefined: an error of that field.
 */
export function nameTypesAtOnce(schema: GraphQLSchema): void {
  for (const { name, resolveType } of getMetadataStorage().interfaceTypes) {
    const type = schema.getType(name);
    if (!resolveType || !isInterfaceType(type)) continue;
    type.resolveType = (value, context, info) => {
      const typeName = namedOrNone(() => resolveType(value, context, info, type));
      return typeof typeName === 'string' ? typeName : undefined;
    };
  }
}

function namedOrNone(name: () => unknown): unknown {
  try {
    return name();
  } catch {
    return undefined;
  }
}
