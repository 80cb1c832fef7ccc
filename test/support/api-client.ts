import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { codesOf, type GraphqlAnswer, type GraphqlFault, tokenFor } from './server.js';
import { testServer } from './test-server.js';

/** One caller of one server: runs the typed documents of `schema/operations`. */
export class ApiClient {
  constructor(
    readonly url: string,
    readonly token: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** The same caller, with these headers on each of its requests. */
  withHeaders(headers: Readonly<Record<string, string>>): ApiClient {
    return new ApiClient(this.url, this.token, { ...this.headers, ...headers });
  }

  /** The answer to a document, whatever it is. */
  async ask<T, V>(document: TypedDocumentNode<T, V> | string, variables?: V): Promise<GraphqlAnswer<T>> {
    const query = typeof document === 'string' ? document : print(document);
    return this.send<T>(JSON.stringify({ query, variables }));
  }

  /** The answer to a body as it stands. */
  async send<T>(body: string): Promise<GraphqlAnswer<T>> {
    const response = await fetch(new URL('/graphql', this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}`, ...this.headers },
      body,
    });
    const answer = (await response.json()) as { data: T; errors?: readonly GraphqlFault[] };
    return { status: response.status, data: answer.data, errors: answer.errors };
  }

  /** The data of a document that must run without an error. */
  async data<T, V>(document: TypedDocumentNode<T, V> | string, variables?: V): Promise<T> {
    const { data, errors } = await this.ask(document, variables);
    if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code} ${message}`).join('; '));
    return data;
  }

  /** The error codes that a document is answered with. */
  async codes<T, V>(document: TypedDocumentNode<T, V> | string, variables?: V): Promise<string[]> {
    return codesOf(await this.ask(document, variables));
  }
}

/** A caller of the running test server, with these roles in a tenant. */
export function clientOf(tenant: string, roles: readonly string[] = ['ADMIN']): ApiClient {
  return new ApiClient(testServer().url, tokenFor(tenant, roles));
}

/** A caller of the running test server by an API token or any other text. */
export function clientWith(token: string): ApiClient {
  return new ApiClient(testServer().url, token);
}

/** Fails where a value that must be there is not; gives it back otherwise. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('A value that must be there is missing.');
  return value;
}
