import { Field, ObjectType } from 'type-graphql';
import type { TenantContext } from './context.js';
import { badInput } from './errors.js';
import { isSameText } from './same-text.js';

/** The most that `first` may ask for. */
export const LARGEST_PAGE = 100;
const SIGNATURE_CHARACTERS = 12; // 72 bits

/** Where a page of a connection begins and ends. */
@ObjectType({ simpleResolvers: true, description: 'Where a page begins and ends.' })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean)
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

export interface Page<T> {
  readonly edges: Edge<T>[];
  readonly pageInfo: PageInfo;
}

/** `first` as asked for, 1 to 100; `path` names the argument in the error. */
export function pageSize(first: number, path = 'first'): number {
  if (!Number.isInteger(first) || first < 1 || first > LARGEST_PAGE) {
    throw badInput(path, `must be a whole number from 1 to ${LARGEST_PAGE}`);
  }
  return first;
}

function sign(ctx: TenantContext, query: string, body: string): string {
  const signed = `cursor|${ctx.tenantId}|${query}|${body}`;
  const { suite, secret } = ctx.keys.index;
  return suite.hmac(secret, signed).toString('base64url').slice(0, SIGNATURE_CHARACTERS);
}

/** An opaque cursor for a position, which opens for the same tenant and the same query alone. */
export function encodeCursor(ctx: TenantContext, query: string, position: readonly unknown[]): string {
  const body = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${sign(ctx, query, body)}.${body}`;
}

/** The position of a cursor that `encodeCursor` made for this tenant and query; else BAD_USER_INPUT. */
export function decodeCursor(ctx: TenantContext, query: string, cursor: string): unknown[] {
  const [signature = '', body = ''] = cursor.split('.');
  if (!isSameText(signature, sign(ctx, query, body))) {
    throw badInput('after', 'is no cursor of this query; take one from its pageInfo or edges');
  }
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as unknown[];
}

/** A page out of one row more than was asked for: the surplus row says that another page follows. */
export function pageOf<T>(
  rows: readonly T[],
  first: number,
  cursorOf: (row: T) => string,
  isContinued: boolean,
): Page<T> {
  const edges = rows.slice(0, first).map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: isContinued,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
