import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, getNamedType, isInputObjectType } from 'graphql';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { kindOfId } from '../platform/ids.js';
import { blindForGood } from '../platform/index-token.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import type { Act } from '../platform/request-trail.js';

/** Queries that are acts themselves: looking somebody up by what only they have. */
const LOOK_UPS: ReadonlySet<string> = new Set(['profileByIdentifier']);
/** Arguments whose values are names of what there is in the product, and no one's data. */
const NAMING = ['trait', 'kind', 'key', 'scopes', 'purpose', 'purposes', 'channel', 'tenant'];
/** Numbers and lists of an answer that say how many fared how. */
const COUNTS = ['accepted', 'duplicates', 'rejected', 'stillRefused', 'changed', 'unchanged', 'refused'];
/** Of arguments that are JSON: those whose names the mutation checks, so that they are no client's own. */
const CHECKED: ReadonlySet<string> = new Set(['settings']);
const NAME = /^[A-Za-z][\w.:-]{0,63}$/;
const MOST_IDS = 1_000;
const MOST_NAMES = 200;

const NOTHING: ReadonlySet<string> = new Set();

type Plain = Readonly<Record<string, unknown>>;

/**
 * Lets the fields of a schema that change something, and look-ups, note in the request's trail what they did to what and
 * how it ended. Resolvers are wrapped once, here, so that none can be forgotten; `AuditTrail` writes it down.
 */
export function auditFields(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) audit(field);
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {}))
    if (LOOK_UPS.has(field.name)) audit(field);
}

function audit(field: GraphQLField<unknown, RequestContext>): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  const objects = field.args.filter(({ name, type }) => isInputObjectType(getNamedType(type)) || CHECKED.has(name));
  const open = new Set(objects.map(({ name }) => name));
  const note = (context: RequestContext, args: Plain, ending: Ending) =>
    context.trail.acts.push(actOf(context, { action: field.name, open }, args, ending));
  field.resolve = async (source, args, context, info) => {
    try {
      const result: unknown = await resolve(source, args, context, info);
      note(context, args, { result, outcome: 'OK' });
      return result;
    } catch (error) {
      const outcome = error instanceof AppError ? error.code : 'INTERNAL_SERVER_ERROR';
      note(context, args, { result: null, outcome });
      throw error;
    }
  };
}

interface Ending {
  readonly result: unknown;
  readonly outcome: string;
}

/** A field, and those of its arguments whose names of inner values are the schema's or the product's. */
interface AuditedField {
  readonly action: string;
  readonly open: ReadonlySet<string>;
}

function actOf(ctx: RequestContext, { action, open }: AuditedField, args: Plain, { result, outcome }: Ending): Act {
  const known = outcome === 'OK' ? open : NOTHING;
  const named = Object.values(args).filter(isId);
  const ids = [...new Set([...named, ...Object.values(args).flatMap(idsIn), ...idsOfResult(result)])];
  const subject = named[0] ?? (ids.length === 1 ? ids[0] : idsOfResult(result)[0]) ?? null;
  const details = {
    arguments: argumentNames(args, known),
    ...(ids.length > (subject === null ? 0 : 1) && { ids: ids.slice(0, MOST_IDS) }),
    ...(outcome === 'OK' && namesIn(args, known)),
    ...countsIn(args, result),
    ...identifierIn(ctx, args),
  };
  return { action, subject, outcome, details };
}

/** The names of the arguments given, and of what stands in them: a client's own names only where they proved to be known ones. */
function argumentNames(args: Plain, open: ReadonlySet<string>): string[] {
  const names = Object.entries(args).flatMap(([name, value]) => {
    if (value === null || value === undefined) return [];
    const inner = isPlain(value) && open.has(name) ? Object.keys(value).filter(isName) : [];
    return inner.length > 0 ? inner.map((key) => `${name}.${key}`) : [name];
  });
  return names.sort().slice(0, MOST_NAMES);
}

function namesIn(args: Plain, open: ReadonlySet<string>): Record<string, readonly string[]> {
  const places = [args, ...[...open].map((name) => args[name]).filter(isPlain)];
  const found = places.flatMap((place) =>
    NAMING.flatMap((name) => {
      const names = [place[name]].flat().filter(isName);
      return names.length > 0 ? [[name, names] as const] : [];
    }),
  );
  return Object.fromEntries(found);
}

function countsIn(args: Plain, result: unknown): Record<string, number> {
  const given = Object.entries(args).flatMap(([name, value]) =>
    Array.isArray(value) ? [[`${name}Given`, value.length] as const] : [],
  );
  const counts = COUNTS.flatMap((name) => {
    const value = isPlain(result) ? result[name] : undefined;
    const count = Array.isArray(value) ? value.length : value;
    return typeof count === 'number' ? [[name, count] as const] : [];
  });
  return Object.fromEntries([...given, ...counts]);
}

/** Whom somebody was looked up by: the kind, and a keyed hash of the value as it was given. */
function identifierIn({ keys }: RequestContext, { identifier }: Plain): Record<string, string> {
  if (!isPlain(identifier)) return {};
  const { type, namespace, value } = identifier;
  const given = String(value).trim().toLowerCase();
  return {
    identifierType: String(type),
    identifier: blindForGood(keys, 'audit-identifier', String(type), String(namespace ?? ''), given),
  };
}

function idsIn(value: unknown): string[] {
  if (Array.isArray(value))
    return value.flatMap((one) => (isPlain(one) ? Object.values(one) : [one]).filter(isId)).slice(0, MOST_IDS);
  return isPlain(value)
    ? Object.values(value)
        .flatMap((inner) => [inner].flat().filter(isId))
        .slice(0, MOST_IDS)
    : [];
}

/** The id of what came of it, or of what that holds. */
function idsOfResult(result: unknown): string[] {
  if (!isPlain(result)) return [];
  if (isId(result.id)) return [result.id];
  return Object.values(result).flatMap((inner) => (isPlain(inner) && isId(inner.id) ? [inner.id] : []));
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && kindOfId(value) !== undefined;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value) && !holdsPersonalData(value);
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
