import { ApolloClient, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client/core';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { fetchExchange, Client as UrqlClient } from '@urql/core';
import { Kind } from 'graphql';
import { ClientError, GraphQLClient } from 'graphql-request';

type Variables = Record<string, unknown>;

/** What a library tells its user of an operation: the data, and the codes of its errors. */
export interface Told<T> {
  readonly data: T | undefined;
  readonly codes: readonly unknown[];
}

/** One way to run the typed documents of `schema/operations`. */
export interface GraphqlClient {
  run<T, V extends Variables>(document: TypedDocumentNode<T, V>, variables: V): Promise<Told<T>>;
}

const codesOf = (errors: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[] = []) =>
  errors.map(({ extensions }) => extensions?.code);

function isMutation(document: TypedDocumentNode<never, never>): boolean {
  return document.definitions.some((one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === 'mutation');
}

/** Apollo Client, with its cache. */
export function apolloClient(uri: string, headers: Record<string, string>): GraphqlClient {
  const client = new ApolloClient({ link: new HttpLink({ uri, headers }), cache: new InMemoryCache() });
  return {
    run: async (document, variables) => {
      const errorPolicy = 'all';
      const { data, error } = isMutation(document as never)
        ? await client.mutate({ mutation: document, variables: variables as never, errorPolicy })
        : await client.query({ query: document, variables: variables as never, errorPolicy });
      if (error && !CombinedGraphQLErrors.is(error)) throw error;
      return { data: (data ?? undefined) as never, codes: codesOf(error?.errors) };
    },
  };
}

/** urql's core. */
export function urqlClient(url: string, headers: Record<string, string>): GraphqlClient {
  const client = new UrqlClient({ url, exchanges: [fetchExchange], preferGetMethod: false, fetchOptions: { headers } });
  return {
    run: async (document, variables) => {
      const run = isMutation(document as never) ? client.mutation.bind(client) : client.query.bind(client);
      const { data, error } = await run(document as never, variables as never).toPromise();
      if (error?.networkError) throw error.networkError;
      return { data: data ?? undefined, codes: codesOf(error?.graphQLErrors) };
    },
  };
}

/** graphql-request. */
export function requestClient(url: string, headers: Record<string, string>): GraphqlClient {
  const client = new GraphQLClient(url, { headers, errorPolicy: 'none' });
  return {
    run: async (document, variables) => {
      try {
        return { data: await client.request<never>({ document, variables } as never), codes: [] };
      } catch (error) {
        if (!(error instanceof ClientError)) throw error;
        return { data: undefined, codes: codesOf(error.response.errors) };
      }
    },
  };
}
