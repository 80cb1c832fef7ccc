import { z } from 'zod';
import { IdentifierType } from '../channels/identifier-type.js';
import { contactCareShape } from '../contacts/contact-care-shape.rules.js';
import { TrafficSource } from '../events/event-kinds.js';
import { blocksTooMuch } from '../ingestion/blocked-values.rules.js';
import { lifecycleShape } from '../lifecycle/lifecycle-shape.rules.js';
import { programmeShape } from '../loyalty/programme-shape.rules.js';
import { badInput } from '../platform/errors.js';
import { PLATFORM } from '../platform/ids.js';
import { SUITE_NAMES } from '../platform/suites/suite.js';
import { rfmShape } from '../rfm/rfm-shape.rules.js';
import type { Settings } from './tenant.entity.js';

/** What holds where a tenant has decided nothing. */
export const DEFAULT_SETTINGS: Settings = Object.freeze({
  timeZone: 'Asia/Shanghai',
  currency: 'CNY',
  defaultRegion: 'CN',
  requiredTraits: ['name', 'phone', 'gender', 'birthday', 'city'],
  sourcePriorities: {},
  blockedIdentifiers: [],
  identifierRules: {},
  sharedByMost: 5,
  matchModel: null,
  matchThresholds: { link: 0.9, review: 0.5 },
  suite: 'AES_GCM_SHA256',
  sealImportant: false,
  consentDefaults: {},
  trustedDocumentsOnly: false,
  privacyBudget: { tenant: 50, caller: 10 },
  smallestCell: 10,
  trafficSources: {},
  loyalty: null,
  lifecycle: {},
  rfm: {},
  retention: {},
  contactCare: {},
});

const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,30}$/;

const LONGEST_VALUE = 256;
const MOST_REQUIRED_TRAITS = 50;
const MOST_BLOCKED_IDENTIFIERS = 10_000;
const MOST_OF_A_TYPE = 1_000;
const MOST_SHARING = 100;

const regionNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

const identifierRule = z.strictObject({
  rank: z.int().min(0).max(100).optional(),
  most: z.int().min(1).max(MOST_OF_A_TYPE).nullable().optional(),
  per: z.enum(['EVER', 'WEEK']).optional(),
});

const blockedIdentifier = z
  .string()
  .trim()
  .min(1)
  .max(LONGEST_VALUE)
  .refine((entry) => !blocksTooMuch(entry), 'must have at least 3 characters that are not *, which stands for any');

const MOST_EPSILON = 1_000;
const MOST_IN_A_CELL = 10_000;
const epsilon = z.number().min(0).max(MOST_EPSILON);

const MOST_DAYS = 36_500;
const days = z.int().min(1).max(MOST_DAYS);
const retention = z
  .strictObject({
    events: z.strictObject({
      SERVICE: days,
      ANALYTICS: days.optional(),
      MARKETING: days.optional(),
      PERSONALISATION: days.optional(),
    }),
    quarantine: days,
    matchCandidates: days,
  })
  .partial();

const LEAST_PROBABILITY = 0.01;
const probability = z.number().min(LEAST_PROBABILITY).max(1);

const MOST_OF_A_TABLE = 1_000;

/** A table of names, each of a shape, with what brought the customer where the name occurs. */
function sourcesBy(name: RegExp, shape: string) {
  return z
    .record(z.string(), z.enum(TrafficSource))
    .refine((table) => Object.keys(table).length <= MOST_OF_A_TABLE, `may have at most ${MOST_OF_A_TABLE} entries`)
    .superRefine((table, issues) => {
      const wrong = Object.keys(table).filter((key) => !name.test(key));
      for (const key of wrong) issues.addIssue({ code: 'custom', path: [key], message: `must be ${shape}` });
    });
}

const trafficSources = z
  .strictObject({
    scenes: sourcesBy(/^(?:\d{1,6}|[A-Z][A-Z_]{0,63})$/, 'a scene value, as 1047 or ADD_SCENE_SEARCH'),
    qrScenes: sourcesBy(/^[^*]{1,128}\*?$/, 'the scene of a QR code of 1 to 128 characters, * at its end alone'),
    sites: sourcesBy(/^(?:[a-z0-9-]{1,63}\.){1,8}[a-z0-9-]{2,63}$/i, 'the name of a site, as shop.example.com'),
    mediums: sourcesBy(/^[^*]{1,64}\*?$/, 'a medium of 1 to 64 characters, * at its end alone'),
  })
  .partial();

const settingShapes = (channels: readonly string[]): Record<keyof Settings, z.ZodType> => ({
  timeZone: z.string().refine(isTimeZone, 'must be an IANA time zone, as Asia/Shanghai'),
  currency: z
    .string()
    .refine((code) => Intl.supportedValuesOf('currency').includes(code), 'must be an ISO 4217 currency, as CNY'),
  defaultRegion: z.string().refine(isRegion, 'must be an ISO 3166 region of two capitals, as CN'),
  requiredTraits: z
    .array(z.string().regex(/^[A-Za-z]\w{0,63}$/, 'must be the name of a trait'))
    .max(MOST_REQUIRED_TRAITS),
  sourcePriorities: z.partialRecord(z.enum(channels), z.int().min(0).max(100)),
  blockedIdentifiers: z.array(blockedIdentifier).max(MOST_BLOCKED_IDENTIFIERS),
  identifierRules: z.partialRecord(z.enum(IdentifierType), identifierRule),
  sharedByMost: z.int().min(1).max(MOST_SHARING),
  matchModel: z.int().min(1),
  matchThresholds: z
    .strictObject({ link: probability, review: probability })
    .refine(({ link, review }) => review <= link, 'must not ask for review above what is linked'),
  suite: z.enum(SUITE_NAMES),
  sealImportant: z.boolean(),
  trustedDocumentsOnly: z.boolean(),
  consentDefaults: z
    .strictObject({ ANALYTICS: z.boolean(), MARKETING: z.boolean(), PERSONALISATION: z.boolean() })
    .partial(),
  privacyBudget: z.strictObject({ tenant: epsilon, caller: epsilon }),
  smallestCell: z.int().min(2).max(MOST_IN_A_CELL),
  trafficSources,
  loyalty: programmeShape(channels),
  lifecycle: lifecycleShape,
  rfm: rfmShape,
  retention,
  contactCare: contactCareShape,
});

/** Whether a text may name a tenant: lower-case letters, digits and hyphens, at most 31; `platform` is taken. */
export function isTenantId(text: string): boolean {
  return TENANT_ID.test(text) && text !== PLATFORM;
}

/** All settings, those a tenant hasn't decided by default. */
export function withDefaults(chosen: Partial<Settings>): Settings {
  return { ...DEFAULT_SETTINGS, ...chosen };
}

/**
 * What a tenant has chosen after a change: given keys replace, null goes back to the default, keys not given stay.
 * BAD_USER_INPUT names each faulty place as `settings.<key>`; `channels` are the keys `sourcePriorities` may have.
 */
export function changeSettings(
  chosen: Partial<Settings>,
  change: Readonly<Record<string, unknown>>,
  channels: readonly string[],
): Partial<Settings> {
  const parsed = z
    .strictObject(nullable(settingShapes(channels)))
    .partial()
    .safeParse(change);
  if (!parsed.success) throw faultOf(parsed.error, Object.keys(DEFAULT_SETTINGS));
  const next: Record<string, unknown> = { ...chosen };
  for (const [key, value] of Object.entries(parsed.data)) {
    if (value === null) delete next[key];
    else next[key] = value;
  }
  return next as Partial<Settings>;
}

function nullable(shapes: Record<string, z.ZodType>): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, shape.nullable()]));
}

function faultOf(error: z.ZodError, keys: readonly string[]) {
  const faults = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: unknownKey(issue.path, keys) }))
      : [{ path: pathOf(issue.path), message: issue.message }],
  );
  const { path, message } = faults[0] ?? { path: 'settings', message: 'is malformed' };
  return badInput(path, message, { faults });
}

function unknownKey(parent: readonly PropertyKey[], settings: readonly string[]): string {
  return parent.length === 0 ? `is no setting; there are ${settings.join(', ')}` : 'is an unknown key';
}

function pathOf(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}.${String(key)}`),
    'settings',
  );
}

function isTimeZone(text: string): boolean {
  try {
    return text.length > 0 && new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isRegion(text: string): boolean {
  return /^[A-Z]{2}$/.test(text) && regionNames.of(text) !== undefined;
}
