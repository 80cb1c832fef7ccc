import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import type { ConsentFact } from '../../../src/privacy/consent-fact.js';
import { ConsentPurpose } from '../../../src/privacy/consent-purpose.js';
import { isOpen, type Opening, openingOf, type Reader } from '../../../src/privacy/opening.rules.js';
import { type LimitKind, lastLimits } from '../../../src/privacy/processing-limit.rules.js';
import { isShareable, PERSONAL_PARTS } from '../../../src/privacy/shareable-fields.js';
import { day, kept, said, withdrawn } from '../../support/consent-facts.js';

const { SERVICE, ANALYTICS, MARKETING, PERSONALISATION, PARTNER_SHARING } = ConsentPurpose;
const SETTINGS = { timeZone: 'Asia/Shanghai', consentDefaults: {} };
const user = (...purposes: string[]): Reader => ({ kind: 'USER', purposes });
const token = (...purposes: string[]): Reader => ({ kind: 'API_TOKEN', purposes, name: 'Lumen' });
const shares = said({ purpose: PARTNER_SHARING });
const sharesCity = said({ ...shares, grant: { partner: 'Lumen', fields: ['traits.city'], until: null } });

describe('how much of a profile is open', () => {
  test.each<[string, Reader, ConsentFact[], Opening | undefined]>([
    ['for SERVICE all of it', user(SERVICE), [withdrawn()], 'WHOLE'],
    ['for SERVICE among others, too', user(MARKETING, SERVICE), [withdrawn()], 'WHOLE'],
    ['for a purpose granted', user(MARKETING), [said()], 'WHOLE'],
    ['for a purpose not granted', user(ANALYTICS), [said()], 'NONE'],
    ['for one of several granted', user(ANALYTICS, MARKETING), [said()], 'WHOLE'],
    ['for no purpose', user(), [said()], 'NONE'],
    ['for a token as for a user', token(MARKETING), [], 'NONE'],
    ['for partners where it is shared', token(PARTNER_SHARING), [shares], 'WHOLE'],
    ['for partners as far as it is shared', token(PARTNER_SHARING), [sharesCity], new Set(['traits.city'])],
    ['for partners where it is not shared: unknown', token(PARTNER_SHARING), [], undefined],
    ['for partners, whatever else is granted', token(PARTNER_SHARING, MARKETING), [said()], undefined],
    ['for own people who prepare the sharing', user(PARTNER_SHARING), [], 'NONE'],
    ['for tokens of the own service', token(PARTNER_SHARING, SERVICE), [], 'WHOLE'],
  ])('%s', (_, reader, facts, expected) => {
    expect(openingOf(reader, { consents: kept(...facts), traits: { birthday: null } }, day(5), SETTINGS)).toEqual(
      expected,
    );
  });

  const limit = (...kinds: LimitKind[]) =>
    lastLimits(kinds.map((kind) => ({ id: kind, kind, granted: false, at: day(1), accountIds: ['a'] })));
  const officer = (...purposes: string[]): Reader => ({ ...user(...purposes), seesRestricted: true });
  const everything = [SERVICE, ANALYTICS, MARKETING, PERSONALISATION].map((purpose) => said({ purpose }));

  test.each<[string, Reader, LimitKind[], Opening | undefined]>([
    ['what is restricted for nobody', user(SERVICE, MARKETING), ['RESTRICTION'], 'NONE'],
    ['not even for tokens', token(SERVICE), ['RESTRICTION'], 'NONE'],
    ['and not for partners, who know of none', token(PARTNER_SHARING), ['RESTRICTION'], undefined],
    ["but for who sees to people's rights", officer(SERVICE), ['RESTRICTION'], 'WHOLE'],
    ['unless they name another purpose', officer(MARKETING), ['RESTRICTION'], 'NONE'],
    ['after an objection not for ANALYTICS', user(ANALYTICS), ['OBJECTION'], 'NONE'],
    ['nor for PERSONALISATION', user(PERSONALISATION), ['OBJECTION'], 'NONE'],
    ['but for what is no profiling', user(MARKETING), ['OBJECTION'], 'WHOLE'],
    ['and for SERVICE', user(SERVICE), ['OBJECTION'], 'WHOLE'],
    ['after both for nobody', user(SERVICE), ['OBJECTION', 'RESTRICTION'], 'NONE'],
  ])('%s', (_, reader, kinds, expected) => {
    const subject = { consents: kept(...everything, shares), traits: { birthday: null }, limits: limit(...kinds) };
    expect(openingOf(reader, subject, day(5), SETTINGS)).toEqual(expected);
  });

  test.each<[Opening, string, boolean]>([
    ['WHOLE', 'traits.city', true],
    ['NONE', 'traits.city', false],
    ['NONE', 'consents', true],
    [new Set(['traits']), 'traits.city', true],
    [new Set(['traits.city']), 'traits.name', false],
    [new Set(['traits.city']), 'traits.city', true],
    [new Set(['traits.custom']), 'traits.custom.taste', true],
    [new Set(['traits.custom.taste']), 'traits.custom', false],
  ])('%p opens %s: %s', (opening, path, expected) => {
    expect(isOpen(opening, path)).toBe(expected);
  });
});

describe('the parts of a profile that tell of the person', () => {
  const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'));
  const fieldsOf = (name: string) => Object.keys((schema.getType(name) as GraphQLObjectType).getFields());
  /** What is left of a profile without consent. */
  const OPEN = ['id', 'version', 'truncated', 'withheld', 'mergedIds', 'consents'];
  const TIMES = ['createdAt', 'updatedAt', 'firstSeenAt', 'lastSeenAt'];

  test('are all of its fields but ids, times and consents', () => {
    const named = new Set(PERSONAL_PARTS.map((path) => path.split('.')[0]));
    expect(
      fieldsOf('Profile')
        .filter((name) => !named.has(name))
        .sort(),
    ).toEqual([...OPEN, ...TIMES].sort());
    expect(
      fieldsOf('ProfileTraits')
        .map((trait) => `traits.${trait}`)
        .filter((path) => !PERSONAL_PARTS.includes(path)),
    ).toEqual([]);
  });

  test('can be shared one by one', () => {
    expect([...PERSONAL_PARTS, 'traits', 'traits.custom.taste'].every(isShareable)).toBe(true);
    expect(['id', 'consents', 'traits.nose', 'traits.custom.', '$where'].some(isShareable)).toBe(false);
  });
});
