import type { GraphQLSchema } from 'graphql';
import type { ContainerType } from 'type-graphql';
import { buildProductSchema } from '../../src/schema.js';

type ResolverClass = new (...services: unknown[]) => object;

/** Stands for any service: whatever is called on it says that it was reached. */
const anyService: unknown = new Proxy(() => undefined, {
  get: (_target, name) => (name === 'then' ? undefined : anyService),
  apply: () => {
    throw new Error('A service was reached.');
  },
});

const instances = new Map<ResolverClass, object>();

const container: ContainerType = {
  get(resolver: ResolverClass) {
    const known = instances.get(resolver) ?? new resolver(...Array<unknown>(resolver.length).fill(anyService));
    instances.set(resolver, known);
    return known;
  },
};

/** The schema as the code declares it, with the true resolvers and no services behind them. */
export function schemaWithoutServices(): Promise<GraphQLSchema> {
  return buildProductSchema(container);
}
