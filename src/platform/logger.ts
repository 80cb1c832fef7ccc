import { types } from 'node:util';
import pino, {
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type LevelWithSilent,
  type Logger,
} from 'pino';
import { traceFields } from './trace-fields.js';

const CENSORED = '[redacted]';
const DEEPEST = 6;

/** Names under which personal data or secrets may stand, lower case without `-` and `_`; their values are never logged. */
const REDACTED_NAMES: ReadonlySet<string> = new Set([
  ...[
    'authorization',
    'cookie',
    'setcookie',
    'token',
    'apitoken',
    'accesstoken',
    'jwt',
    'secret',
    'jwtsecret',
    'password',
  ],
  ...['masterkey', 'writekey', 'credentials', 'connectionparams', 'headers', 'uri', 'mongodburi'],
  ...['phone', 'mobile', 'telephone', 'email', 'mail', 'birthday', 'birthdate', 'address', 'street', 'postcode'],
  ...['name', 'fullname', 'firstname', 'lastname', 'familyname', 'givenname', 'displayname', 'nickname', 'realname'],
  ...['username', 'recipient', 'idnumber', 'passport', 'unionid', 'openid', 'externaluserid', 'memberno', 'deviceid'],
  ...['userid', 'anonymousid', 'identifier', 'identifiers', 'traits', 'attributes', 'properties', 'values', 'value'],
  ...['body', 'payload', 'raw', 'original', 'input', 'variables', 'search', 'query', 'keyvalue', 'context'],
]);

/** A logger that writes lines of JSON without personal data: values of redacted names, bodies and query strings stay out. */
export function createLogger(level: LevelWithSilent, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: {},
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: redactRecord },
    mixin: traceFields,
    serializers: { err: describeFault, error: describeFault, req: describeRequest, res: describeResponse },
  };
  return withRedactedChildren(destination ? pino(options, destination) : pino(options));
}

/** pino runs no formatter over what a child logger is bound to. */
function withRedactedChildren(logger: Logger): Logger {
  const { child } = logger;
  return Object.assign(logger, {
    child(this: Logger, bindings: Bindings, options?: ChildLoggerOptions): Logger {
      return Reflect.apply(child, this, [redactRecord(bindings), options]);
    },
  });
}

/** Warns of faults that no request waits for, each with what becomes of it. */
export type Warn = (fault: unknown, message: string) => void;

/** Warnings as lines of a logger. */
export function warningsOf(logger: Pick<Logger, 'warn'>): Warn {
  return (fault, message) => logger.warn({ err: fault }, message);
}

/** What may be known of an error: its kind, code and place; what its message quotes is taken out. */
export function describeFault(error: unknown): Record<string, unknown> {
  if (isPlain(error)) return error; // described already
  if (!types.isNativeError(error)) return { type: typeof error };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    code: 'code' in error ? error.code : undefined,
    message: withoutQuotations(error.message),
    stack: frames.map((line) => line.trim()).join('\n'),
  };
}

/** A message without what it quotes: quoted text, mail addresses, longer numbers, Chinese words. */
export function withoutQuotations(message: string): string {
  return message
    .replaceAll(/"[^"]*"|'[^']*'|`[^`]*`/g, '"…"')
    .replaceAll(/[^\s@]+@[^\s@]+/g, '…@…')
    .replaceAll(/\+?\d[\d\s-]{3,}\d/g, '…')
    .replaceAll(/\p{Script=Han}+/gu, '…');
}

function redactRecord(record: Record<string, unknown>): Record<string, unknown> {
  return redactFields(record, 0);
}

function redactFields(record: Record<string, unknown>, depth: number): Record<string, unknown> {
  const redacted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    redacted[name] = isRedacted(name) ? CENSORED : redactValue(value, depth + 1);
  }
  return redacted;
}

function redactValue(value: unknown, depth: number): unknown {
  if (types.isNativeError(value)) return describeFault(value);
  if (Array.isArray(value)) return depth > DEEPEST ? CENSORED : value.map((item) => redactValue(item, depth + 1));
  if (!isPlain(value)) return value;
  return depth > DEEPEST ? CENSORED : redactFields(value, depth);
}

function isRedacted(name: string): boolean {
  return REDACTED_NAMES.has(name.toLowerCase().replaceAll(/[-_]/g, ''));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describeRequest(request: { method?: string; url?: string }): Record<string, unknown> {
  return { method: request.method, path: request.url?.split('?')[0] };
}

function describeResponse(response: { statusCode?: number }): Record<string, unknown> {
  return { statusCode: response.statusCode };
}
