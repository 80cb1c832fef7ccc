import { expect, test } from '@jest/globals';
import { buildSchema, graphql } from 'graphql';
import { auditFields } from '../../../src/audit/audited-fields.js';
import { badInput } from '../../../src/platform/errors.js';
import { type Act, RequestTrail } from '../../../src/platform/request-trail.js';

const schema = buildSchema(`
  scalar JSON
  input TokenInput { name: String scopes: [String!] }
  type Token { id: ID }
  type Made { token: Token secret: String }
  type Query { other: Int }
  type Mutation {
    setTrait(profileId: ID, trait: String, value: JSON, reason: String): Token
    createToken(input: TokenInput): Made
    updateSettings(settings: JSON): Token
    assign(profileIds: [ID!], key: String): JSON
    failing(settings: JSON, value: JSON): Int
    broken: Int
  }
`);
for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
  const results: Record<string, () => unknown> = {
    createToken: () => ({ token: { id: TOKEN }, secret: 'trb_secret' }),
    assign: () => ({ changed: 2, unchanged: 0, refused: [{ reason: 'x' }] }),
    failing: () => {
      throw badInput('settings', 'no');
    },
    broken: () => {
      throw new Error('defect');
    },
  };
  field.resolve = async () => (results[field.name] ?? (() => null))();
}
auditFields(schema);

const TOKEN = 'tok_01JY7G8X8Q5Z8M2W0N2Q4P6R8S';
const PERSON = 'prf_01JY7G8X8Q5Z8M2W0N2Q4P6R8S';
const OTHER = 'prf_01JY7G8X8Q5Z8M2W0N2Q4P6R8T';

/** What is noted of a mutation. */
async function actsOf(source: string): Promise<readonly Act[]> {
  const trail = new RequestTrail();
  await graphql({ schema, source: `mutation { ${source} }`, contextValue: { trail, keys: {} } });
  return trail.acts;
}

test('a client’s own values, and names inside them, are not noted', async () => {
  const value = '{ LiLei: "x", kind: "HanMeimei", channel: "secret", deeper: { id: "x" } }';
  const [act] = await actsOf(
    `setTrait(profileId: "${PERSON}", trait: "contacts", value: ${value}, reason: "Li Lei") { id }`,
  );
  const named = ['profileId', 'reason', 'trait', 'value'];
  expect(act).toEqual({
    action: 'setTrait',
    subject: PERSON,
    outcome: 'OK',
    details: { arguments: named, trait: ['contacts'] },
  });
  const [byNumber] = await actsOf(`setTrait(profileId: "${PERSON}", trait: "u13812345678") { id }`);
  expect(byNumber?.details).toEqual({ arguments: ['profileId', 'trait'] });
});

test('what was made is named by its id, with the names of what it may do, and not by its own', async () => {
  const [act] = await actsOf('createToken(input: { name: "HanMeimei", scopes: ["events:write"] }) { secret }');
  const details = { arguments: ['input.name', 'input.scopes'], scopes: ['events:write'] };
  expect(act).toEqual({ action: 'createToken', subject: TOKEN, outcome: 'OK', details });
});

test('settings are named by their keys, where they were taken', async () => {
  expect((await actsOf('updateSettings(settings: { sharedByMost: 3 }) { id }'))[0]?.details).toEqual({
    arguments: ['settings.sharedByMost'],
  });
  const [failed] = await actsOf('failing(settings: { LiLei: 3 }, value: { LiLei: 1 })');
  expect(failed).toEqual({
    action: 'failing',
    subject: null,
    outcome: 'BAD_USER_INPUT',
    details: { arguments: ['settings', 'value'] },
  });
});

test('of many it tells which and how they fared; a defect has its code alone; each of several its own', async () => {
  const [many, defect, ...others] = await actsOf(
    `assign(profileIds: ["${PERSON}", "${OTHER}"], key: "vip") broken again: broken`,
  );
  const counts = { profileIdsGiven: 2, changed: 2, unchanged: 0, refused: 1 };
  expect(many?.details).toEqual({ arguments: ['key', 'profileIds'], ids: [PERSON, OTHER], key: ['vip'], ...counts });
  expect(many?.subject).toBeNull();
  expect(defect).toMatchObject({ action: 'broken', outcome: 'INTERNAL_SERVER_ERROR' });
  expect(others).toHaveLength(1);
});
