import jwt from 'jsonwebtoken';
import { loadConfig } from '../../src/config.js';
import { Database } from '../../src/platform/database.js';
import { ulid } from '../../src/platform/ids.js';
import { masterKeysOf } from '../../src/platform/key-provider.js';
import { TenantService } from '../../src/tenants/tenant.service.js';
import { TenantStore } from '../../src/tenants/tenant.store.js';
import { testServer } from './test-server.js';

/** An answer of the GraphQL endpoint. */
export interface GraphqlAnswer<T> {
  readonly status: number;
  readonly data: T;
  readonly errors: readonly GraphqlFault[] | undefined;
}

export interface GraphqlFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly requestId: string; readonly details?: unknown };
}

/** Runs `work` with a connection of the test's own to the server's database. */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const { databaseUri, databaseName } = testServer();
  const database = await Database.connect(databaseUri, { dbName: databaseName });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Runs `work` with a tenant service of the test's own on the server's database. */
export async function withTenants<T>(work: (tenants: TenantService) => Promise<T>): Promise<T> {
  const { dataDir, jwtSecret, masterKey } = testServer();
  const config = loadConfig({ DATA_DIR: dataDir, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey });
  const key = masterKeysOf(config);
  return withDatabase((database) => work(new TenantService(new TenantStore(database), key, () => new Date())));
}

/** A tenant of this test file alone; its name begins with `prefix`. */
export async function createTenant(prefix: string): Promise<string> {
  const tenantId = `${prefix}-${ulid(new Date()).slice(-12).toLowerCase()}`;
  await withTenants((tenants) => tenants.createTenant(tenantId));
  return tenantId;
}

/** A user token of a tenant; `claims` adds to it or replaces what it says. */
export function tokenFor(tenant: string, roles: readonly string[] = ['ADMIN'], claims: object = {}): string {
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  return jwt.sign({ sub: 'tester', tenant, roles, exp, ...claims }, testServer().jwtSecret, { algorithm: 'HS256' });
}

/** Runs a document over HTTP. `token` goes into `Authorization: Bearer`; without one there is no such header. */
export async function graphql<T = Record<string, unknown>>(
  token: string | undefined,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<GraphqlAnswer<T>> {
  const response = await fetch(new URL('/graphql', testServer().url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: readonly GraphqlFault[] };
  return { status: response.status, data, errors };
}

/** The data of a document that must run without an error. */
export async function dataOf<T = Record<string, unknown>>(
  token: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<T> {
  const { data, errors } = await graphql<T>(token, query, variables);
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code} ${message}`).join('; '));
  return data;
}

/** The error codes of an answer, in order. */
export function codesOf(answer: GraphqlAnswer<unknown>): string[] {
  return (answer.errors ?? []).map(({ extensions }) => extensions.code);
}
