import { hkdfSync } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { readEnvFile } from './platform/launch/env-file.js';
import { parseIsoDuration } from './platform/launch/iso-duration.js';
import { keptSecret, keptSecretFile, requireMasterKeyOfData, secretsIn } from './platform/launch/kept-secret.js';
import { projectRoot } from './platform/launch/project-root.js';
import { StartError } from './platform/launch/start-error.js';
import type { TracingSettings } from './platform/tracing.js';

/** The environment, parsed once and frozen. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute; a relative `DATA_DIR` starts at the project's root. */
  readonly dataDir: string;
  readonly mongodbUri: string | undefined;
  /** Whether the demo tenant is loaded at the first start. */
  readonly demo: boolean;
  readonly worker: 'inline' | 'off';
  /** Signs and verifies HS256 user tokens; absent where `jwks` alone verifies them. */
  readonly jwtSecret: string | undefined;
  readonly jwks: { readonly uri: string; readonly issuer: string; readonly audience: string } | undefined;
  /** 32 bytes that wrap the tenants' keys. */
  readonly masterKey: Buffer;
  /** Those that did before, and still unwrap what they wrapped. */
  readonly formerMasterKeys: readonly Buffer[];
  readonly logLevel: LogLevel;
  readonly nodeEnv: 'development' | 'test' | 'production';
  /** Points that one token may spend in a minute. */
  readonly rateLimitCostPerMinute: number;
  /** Milliseconds in which a request must have arrived. */
  readonly requestTimeoutMs: number;
  readonly mostConnections: number;
  /** Milliseconds by which the server's clock runs ahead; 0 outside tests. */
  readonly clockOffsetMs: number;
  /** Milliseconds between red readiness and the closed listener when the server stops. */
  readonly drainDelayMs: number;
  /** Whether webhooks may go to this machine, by http as well. */
  readonly webhooksToLoopback: boolean;
  /** Where traces go; absent where none are made. */
  readonly tracing: TracingSettings | undefined;
  /** Which executor runs every operation, for tests; without it those that come again are compiled. */
  readonly executor: 'compiled' | 'interpreted' | undefined;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const MINIMUM_SECRET_BYTES = 32;
const LONGEST_DRAIN_DELAY_MS = 60_000;
const MASTER_KEY_FILE = 'master.key';
const JWT_SECRET_FILE = 'jwt.secret';

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const wholeNumber = (least: number, most: number, usual: number) => {
  const says = `must be a whole number from ${least} to ${most}`;
  const isInRange = (value: number) => value >= least && value <= most;
  return z
    .string()
    .regex(/^\d{1,12}$/, says)
    .transform(Number)
    .refine(isInRange, says)
    .default(usual);
};

const secret = z
  .string()
  .refine(
    (value) => Buffer.byteLength(value) >= MINIMUM_SECRET_BYTES,
    `must be at least ${MINIMUM_SECRET_BYTES} bytes`,
  );

/** Secrets, parted by commas. */
const secrets = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .pipe(z.array(secret));

/** Milliseconds of an ISO 8601 duration; 0 where none is given. */
const duration = z
  .string()
  .optional()
  .transform((text, context) => {
    const milliseconds = text === undefined ? 0 : parseIsoDuration(text);
    if (milliseconds !== undefined) return milliseconds;
    context.addIssue({ code: 'custom', message: 'must be an ISO 8601 duration, as PT36H or P30D' });
    return z.NEVER;
  });

function namedValue(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** `name=value` pairs, parted by commas. */
const namedValues = z
  .string()
  .regex(/^[\w-]+=[^,\s]+(,[\w-]+=[^,\s]+)*$/, 'must be name=value pairs, parted by commas')
  .transform((text) => Object.fromEntries(text.split(',').map(namedValue)));

const environment = z
  .object({
    PORT: z
      .string()
      .regex(/^\d{1,5}$/, 'must be a whole number from 0 to 65535')
      .transform(Number)
      .refine((port) => port <= 65_535, 'must be a whole number from 0 to 65535')
      .default(4000),
    HOST: z
      .string()
      .regex(/^[\w.:-]+$/, 'must be a host name or an address')
      .default('127.0.0.1'),
    DATA_DIR: z.string().default('.data'),
    MONGODB_URI: z.string().optional(),
    DEMO: oneOf(['on', 'off']).default('on'),
    WORKER: oneOf(['inline', 'off']).default('inline'),
    JWT_SECRET: secret.optional(),
    JWKS_URI: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
    JWT_ISSUER: z.string().optional(),
    JWT_AUDIENCE: z.string().optional(),
    MASTER_KEY: secret.optional(),
    MASTER_KEY_PREVIOUS: secrets.optional(),
    MASTER_KEY_FILE: z.string().optional(),
    LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
    NODE_ENV: oneOf(['development', 'test', 'production']).default('development'),
    RATE_LIMIT_COST_PER_MINUTE: wholeNumber(1, 1_000_000_000, 10_000_000),
    REQUEST_TIMEOUT_SECONDS: wholeNumber(1, 600, 30),
    MAX_CONNECTIONS: wholeNumber(1, 1_000_000, 10_000),
    CLOCK_OFFSET: duration,
    DRAIN_DELAY: duration.refine((ms) => ms >= 0 && ms <= LONGEST_DRAIN_DELAY_MS, 'must be PT0S to PT60S'),
    WEBHOOKS_TO_LOOPBACK: oneOf(['on', 'off']).default('off'),
    OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
    OTEL_EXPORTER_OTLP_HEADERS: namedValues.optional(),
    OTEL_TRACES_SAMPLER_ARG: z
      .string()
      .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'must be a share from 0 to 1')
      .transform(Number)
      .default(1),
    EXECUTOR: oneOf(['compiled', 'interpreted']).optional(),
  })
  .superRefine((env, context) => {
    for (const [name, isBroken, message] of togetherIn(env))
      if (isBroken) context.addIssue({ code: 'custom', path: [name], message });
  });

/** What variables ask of one another: the one at fault, whether it is, and what would be right. */
function togetherIn(env: Readonly<Record<string, unknown>>): readonly (readonly [string, boolean, string])[] {
  const isTest = env.NODE_ENV === 'test';
  return [
    ['CLOCK_OFFSET', env.CLOCK_OFFSET !== 0 && !isTest, 'is for NODE_ENV=test alone'],
    ['EXECUTOR', Boolean(env.EXECUTOR) && !isTest, 'is for NODE_ENV=test alone'],
    ['MASTER_KEY_FILE', Boolean(env.MASTER_KEY && env.MASTER_KEY_FILE), 'is given in place of MASTER_KEY'],
    ['MASTER_KEY_PREVIOUS', Boolean(env.MASTER_KEY_PREVIOUS && !env.MASTER_KEY), 'is given beside MASTER_KEY'],
    ['JWT_ISSUER', Boolean(env.JWKS_URI && !env.JWT_ISSUER), 'must be set together with JWKS_URI'],
    ['JWT_AUDIENCE', Boolean(env.JWKS_URI && !env.JWT_AUDIENCE), 'must be set together with JWKS_URI'],
  ];
}

type Environment = z.infer<typeof environment>;

/** Reads the environment (and `.env` beneath it), makes the secrets that are missing; throws `StartError` for a malformed value. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  return configFrom(parseEnvironment({ ...readEnvFile(resolve(projectRoot, '.env')), ...withoutEmpty(env) }));
}

function parseEnvironment(env: Record<string, string | undefined>): Environment {
  const parsed = environment.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new StartError(`${faults.join('; ')}. See .env.example.`);
}

function configFrom(env: Environment): Config {
  const dataDir = resolve(projectRoot, env.DATA_DIR);
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    dataDir,
    mongodbUri: env.MONGODB_URI,
    demo: env.DEMO === 'on',
    worker: env.WORKER,
    jwtSecret: env.JWT_SECRET ?? (env.JWKS_URI ? undefined : keptSecret(dataDir, JWT_SECRET_FILE)),
    jwks: jwksOf(env),
    ...masterKeysOf(env, dataDir),
    logLevel: env.LOG_LEVEL,
    nodeEnv: env.NODE_ENV,
    rateLimitCostPerMinute: env.RATE_LIMIT_COST_PER_MINUTE,
    requestTimeoutMs: env.REQUEST_TIMEOUT_SECONDS * 1_000,
    mostConnections: env.MAX_CONNECTIONS,
    clockOffsetMs: env.CLOCK_OFFSET,
    drainDelayMs: env.DRAIN_DELAY,
    webhooksToLoopback: env.WEBHOOKS_TO_LOOPBACK === 'on',
    tracing: tracingOf(env),
    executor: env.EXECUTOR,
  });
}

function jwksOf(env: Environment): Config['jwks'] {
  if (!env.JWKS_URI) return undefined;
  return Object.freeze({ uri: env.JWKS_URI, issuer: env.JWT_ISSUER ?? '', audience: env.JWT_AUDIENCE ?? '' });
}

function tracingOf(env: Environment): Config['tracing'] {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint) return undefined;
  const headers = env.OTEL_EXPORTER_OTLP_HEADERS ?? {};
  return Object.freeze({ endpoint, headers, ratio: env.OTEL_TRACES_SAMPLER_ARG });
}

/** Given by the environment, in a file, or kept in the data folder. */
function masterKeysOf(env: Environment, dataDir: string): Pick<Config, 'masterKey' | 'formerMasterKeys'> {
  const [current, ...former] = masterSecrets(env, dataDir);
  return { masterKey: masterKeyFrom(current), formerMasterKeys: former.map(masterKeyFrom) };
}

function masterSecrets(env: Environment, dataDir: string): readonly [string, ...string[]] {
  if (env.MASTER_KEY) return [env.MASTER_KEY, ...(env.MASTER_KEY_PREVIOUS ?? [])];
  if (env.MASTER_KEY_FILE) return secretsIn(resolve(projectRoot, env.MASTER_KEY_FILE));
  requireMasterKeyOfData(dataDir, MASTER_KEY_FILE);
  return secretsIn(keptSecretFile(dataDir, MASTER_KEY_FILE));
}

function masterKeyFrom(text: string): Buffer {
  return Buffer.from(hkdfSync('sha256', text, '', 'tributary master key', 32));
}

function withoutEmpty(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
