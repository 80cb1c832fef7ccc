import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { LifecycleStage } from '../../src/lifecycle/lifecycle-stage.js';
import { ConsentPurpose } from '../../src/privacy/consent-purpose.js';
import type { RuleCatalogue } from '../../src/rules/rule-catalogue.js';
import { OPERATORS_OF, type ValueKind } from '../../src/rules/value-kind.js';
import type { RuleInput, TraitCondition } from '../../src/segments/rule.inputs.js';
import { EventAggregate, NumericOperator, Operator } from '../../src/segments/rule-operator.js';
import type { NaiveEvent, NaiveFacts, NaiveSpan } from './naive-rules.js';

/** New York's clocks leave an hour out on the third day after it. */
export const START = Date.UTC(2026, 2, 5);
const HOUR = 3_600_000;
const DAYS = 12;

export const zone = fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia');

/** Instants of twelve days, many of them at the turn of an hour. */
const instant = fc
  .tuple(fc.nat({ max: DAYS * 24 }), fc.constantFrom(0, 0, -1, 1, 900_000))
  .map(([hours, more]) => START + hours * HOUR + more);
export const moment = instant.map((at) => new Date(at));
const isoInstant = instant.map((at) => new Date(at).toISOString());
const isoDay = fc.nat({ max: DAYS }).map((day) => new Date(START + day * 24 * HOUR).toISOString().slice(0, 10));

const CUSTOM_KINDS: Readonly<Record<string, ValueKind>> = {
  level: 'number',
  vip: 'boolean',
  renewsAt: 'instant',
  tastes: 'texts',
  'home.town': 'text',
};
const STANDARD_KINDS: Readonly<Record<string, ValueKind>> = {
  city: 'text',
  gender: 'gender',
  birthday: 'day',
  phone: 'phone',
  email: 'email',
};
const EVENT_KINDS: Readonly<Record<string, Readonly<Record<string, ValueKind>>>> = {
  'Order Completed': { total: 'number', coupon: 'text', gift: 'boolean', paidAt: 'instant' },
  'Ticket Opened': { total: 'number', coupon: 'text', 'detail.topic': 'text' },
};
const EVENT_NAMES = Object.keys(EVENT_KINDS);
const TAGS = ['gold', 'silver'];
const TIERS = ['HIGH_VALUE', 'LOW_VALUE'];
const PURPOSES = [ConsentPurpose.MARKETING, ConsentPurpose.ANALYTICS];
const CHANNELS = [Channel.WEB, Channel.APP];
const STAGES = [LifecycleStage.CONVERSION, LifecycleStage.RETENTION];
export const LISTED = 'seg_listed';
export const DYNAMIC = ['seg_inner', 'seg_outer'] as const;

/** What the random rules may name. */
export function catalogueIn(timeZone: string): RuleCatalogue {
  return {
    customTraits: new Map(Object.entries(CUSTOM_KINDS)),
    events: new Map(EVENT_NAMES.map((name) => [name, new Map(Object.entries(EVENT_KINDS[name] ?? {}))])),
    tags: new Set(TAGS),
    segments: new Map([[LISTED, []], ...DYNAMIC.map((id): [string, string[]] => [id, []])]),
    tiers: TIERS,
    locale: { region: 'CN', currency: 'CNY', timeZone },
    access: {},
  };
}

const VALUES: Readonly<Record<ValueKind, fc.Arbitrary<unknown>>> = {
  text: fc.constantFrom('a', 'b', 'ab', 'ba'),
  number: fc.constantFrom(0, 0.1, 0.2, 0.3, 1, 2, 3, -1, 19.99),
  boolean: fc.boolean(),
  instant: isoInstant,
  day: isoDay,
  gender: fc.constantFrom('FEMALE', 'MALE'),
  phone: fc.constantFrom('+8613912345678', '+8613800138000'),
  email: fc.constantFrom('a@b.cn', 'b@b.cn'),
  texts: fc.constantFrom('a', 'b'),
};

const days = fc.integer({ min: 1, max: 6 });

function comparand(kind: ValueKind, op: Operator): fc.Arbitrary<unknown> {
  if (op === Operator.EXISTS || op === Operator.NOT_EXISTS) return fc.constant(undefined);
  if (op === Operator.WITHIN_LAST_DAYS) return days;
  if (op === Operator.IN || op === Operator.NOT_IN) return fc.array(VALUES[kind], { minLength: 1, maxLength: 3 });
  return kind === 'phone' && op === Operator.STARTS_WITH ? fc.constantFrom('+86139', '+861') : VALUES[kind];
}

function conditionOn(kinds: Readonly<Record<string, ValueKind>>): fc.Arbitrary<TraitCondition> {
  return fc
    .constantFrom(...Object.entries(kinds))
    .chain(([path, kind]) => fc.tuple(fc.constant(path), fc.constant(kind), fc.constantFrom(...OPERATORS_OF[kind])))
    .chain(([path, kind, op]) => comparand(kind, op).map((value) => ({ path, op, value })));
}

/** A comparison the database can make, of a trait or an inner value, by the kind of its values. */
export const storedCondition = conditionOn(
  Object.fromEntries(Object.entries({ ...CUSTOM_KINDS, ...STANDARD_KINDS }).filter(([, kind]) => kind !== 'instant')),
);

const eventName = fc.constantFrom(...EVENT_NAMES);
const where = (name: string) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<TraitCondition[]>([]) },
    fc.array(conditionOn(EVENT_KINDS[name] ?? {}), { maxLength: 2 }),
  );
const step = eventName.chain((name) => where(name).map((conditions) => ({ name, where: conditions })));

const PROPERTY_OF: Partial<Record<EventAggregate, readonly string[]>> = {
  SUM: ['total'],
  AVG: ['total'],
  MIN: ['total'],
  MAX: ['total'],
  DISTINCT: ['total', 'coupon'],
};

/** A comparison of what is made of events. */
export const eventCondition: fc.Arbitrary<NonNullable<RuleInput['event']>> = fc
  .tuple(eventName, fc.constantFrom(...Object.values(EventAggregate)))
  .chain(([name, aggregate]) =>
    fc.record({
      name: fc.constant(name),
      aggregate: fc.constant(aggregate),
      where: where(name),
      withinDays: fc.option(days),
      property: fc.constantFrom(...(PROPERTY_OF[aggregate] ?? [null])),
      op: fc.constantFrom(...Object.values(NumericOperator)),
      value: fc.constantFrom(0, 1, 2, 3, 0.3, 0.15, 4.5),
    }),
  );

const channelClause = fc.constantFrom(...CHANNELS).map((channel): RuleInput => ({ channel }));
const consentClause = fc
  .record({ purpose: fc.constantFrom(...PURPOSES, ConsentPurpose.SERVICE), granted: fc.boolean() })
  .map((consent): RuleInput => ({ consent }));

const leaf: fc.Arbitrary<RuleInput> = fc.oneof(
  { weight: 3, arbitrary: conditionOn({ ...CUSTOM_KINDS, ...STANDARD_KINDS }).map((trait) => ({ trait })) },
  { weight: 4, arbitrary: eventCondition.map((one) => ({ event: one })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ steps: fc.array(step, { minLength: 1, maxLength: 3 }), withinDays: days })
      .map((sequence) => ({ sequence })),
  },
  fc.constantFrom(...TAGS).map((tag) => ({ tag })),
  fc.subarray(STAGES, { minLength: 1 }).map((lifecycle) => ({ lifecycle })),
  fc.subarray(TIERS, { minLength: 1 }).map((tier) => ({ tier })),
  channelClause,
  consentClause,
);

function ruleNaming(segments: readonly string[], maxDepth: number): fc.Arbitrary<RuleInput> {
  const named = fc.constantFrom(...segments).map((segment): RuleInput => ({ segment }));
  return ruleOf(fc.oneof({ weight: 6, arbitrary: leaf }, named), maxDepth);
}

function ruleOf(clause: fc.Arbitrary<RuleInput>, maxDepth: number): fc.Arbitrary<RuleInput> {
  const { rule } = fc.letrec<{ rule: RuleInput; rules: RuleInput[] }>((tie) => ({
    rules: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }),
    rule: fc.oneof(
      { maxDepth },
      clause,
      tie('rules').map((all) => ({ all })),
      tie('rules').map((any) => ({ any })),
      tie('rule').map((not) => ({ not })),
    ),
  }));
  return rule as fc.Arbitrary<RuleInput>;
}

/** A rule that stored profiles answer. */
export const storedRule = ruleOf(
  fc.oneof(
    { weight: 4, arbitrary: storedCondition.map((trait): RuleInput => ({ trait })) },
    channelClause,
    consentClause,
  ),
  3,
);

const ANYBODY: RuleInput = { tag: 'gold' };

/** A rule with the rules of the segments it may name, one of which names the other; or one clause alone, which no other hides. */
export const rules = fc.oneof(
  fc.record({
    rule: ruleNaming([LISTED, ...DYNAMIC], 3),
    seg_inner: ruleNaming([LISTED], 2),
    seg_outer: ruleNaming([LISTED, 'seg_inner'], 2),
  }),
  leaf.map((rule) => ({ rule, seg_inner: ANYBODY, seg_outer: ANYBODY })),
);

/** A value as it was observed: now and then of another kind, or none. */
function observed(kind: ValueKind): fc.Arbitrary<unknown> {
  const usual = kind === 'texts' ? fc.array(VALUES.texts, { maxLength: 2 }) : VALUES[kind];
  const odd = kind === 'number' ? fc.constantFrom<unknown>(null, '1') : fc.constantFrom<unknown>(null, 7);
  return fc.oneof({ weight: 8, arbitrary: usual }, odd);
}

/** Objects with these paths, each there or not. */
function objectOf(kinds: Readonly<Record<string, ValueKind>>): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(kinds).map(([path, kind]) =>
    fc.option(observed(kind).map((value) => [path, value] as const)),
  );
  return fc.tuple(...entries).map((found) => {
    const object: Record<string, unknown> = {};
    for (const entry of found) if (entry) place(object, entry[0], entry[1]);
    return object;
  });
}

function place(object: Record<string, unknown>, path: string, value: unknown): void {
  const [name = '', inner] = path.split('.');
  object[name] = inner === undefined ? value : { [inner]: value };
}

const events: fc.Arbitrary<NaiveEvent[]> = fc.uniqueArray(
  eventName.chain((name) =>
    fc.record({
      name: fc.constant(name),
      accountId: fc.constantFrom('a', 'b'),
      messageId: fc.nat({ max: 99 }).map((n) => `m${n}`),
      occurredAt: instant,
      properties: objectOf(EVENT_KINDS[name] ?? {}),
    }),
  ),
  { maxLength: 9, selector: ({ messageId }) => messageId },
);

const spans = (keys: readonly string[]): fc.Arbitrary<NaiveSpan[]> =>
  fc.array(fc.record({ key: fc.constantFrom(...keys), from: instant, until: fc.option(instant) }), { maxLength: 3 });

const parts = {
  traits: objectOf(STANDARD_KINDS),
  custom: objectOf(CUSTOM_KINDS),
  tags: spans(TAGS),
  consents: spans(PURPOSES),
  segments: fc.subarray([LISTED]),
  lifecycle: fc.option(fc.constantFrom(...STAGES)),
  tier: fc.option(fc.constantFrom(...TIERS)),
  channels: fc.subarray(CHANNELS),
};

/** All that is known of a person. */
export const facts: fc.Arbitrary<NaiveFacts> = fc.record({ ...parts, events });

/** The same person after one thing changed. */
export const changeOf = (before: NaiveFacts): fc.Arbitrary<NaiveFacts> => {
  const changes = Object.entries(parts).map(([name, part]) =>
    part.map((value: unknown) => ({ ...before, [name]: value })),
  );
  const more = events.map((all) => ({
    ...before,
    events: [...before.events, ...all.slice(0, 1).map((one) => ({ ...one, messageId: 'new' }))],
  }));
  return fc.oneof({ weight: 8, arbitrary: more }, ...changes) as fc.Arbitrary<NaiveFacts>;
};
