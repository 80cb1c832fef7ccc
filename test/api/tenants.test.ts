import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { OwnDatabase } from '../support/own-database.js';

let own: OwnDatabase;
beforeAll(async () => {
  own = await OwnDatabase.create();
});
afterAll(() => own.drop());

test('a tenant that is read by many at the same moment, and by some anew, is given to all of them', async () => {
  await own.tenants.createTenant('wanted');
  const contexts = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      n % 3 === 1 ? own.tenants.freshContextOf('wanted', 'test') : own.tenants.contextOf('wanted', 'test'),
    ),
  );
  expect(contexts.map(({ tenantId }) => tenantId)).toEqual(Array.from({ length: 20 }, () => 'wanted'));
});
