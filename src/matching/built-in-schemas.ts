import type { MatchSchema } from './match-schema.js';

const FEBRL: MatchSchema = {
  idColumn: 'record_id',
  fields: [
    { name: 'given_name', kind: 'givenName' },
    { name: 'surname', kind: 'familyName' },
    { name: 'street_number', kind: 'number' },
    { name: 'address_1', kind: 'street' },
    { name: 'address_2', kind: 'text' },
    { name: 'suburb', kind: 'locality' },
    { name: 'postcode', kind: 'postcode' },
    { name: 'state', kind: 'locality' },
    { name: 'date_of_birth', kind: 'birthday' },
    { name: 'soc_sec_id', kind: 'identifier' },
  ],
};

const CUSTOMERS: MatchSchema = {
  idColumn: 'record_id',
  fields: [
    { name: 'unionid', kind: 'identifier' },
    { name: 'openid', kind: 'identifier', scopeColumn: 'channel', isMany: true },
    { name: 'external_userid', kind: 'identifier', isMany: true },
    { name: 'phone', kind: 'phone' },
    { name: 'email', kind: 'email' },
    { name: 'device_id', kind: 'identifier', isMany: true },
    { name: 'member_no', kind: 'identifier' },
    { name: 'name', kind: 'personName' },
    { name: 'gender', kind: 'gender' },
    { name: 'birthday', kind: 'birthday' },
    { name: 'address', kind: 'address', columns: ['province', 'city', 'address'] },
    { name: 'created_at', kind: 'timestamp' },
  ],
};

/** The schemas that have a name of their own: the columns of Febrl's data sets, and of customers over seven channels. */
export const BUILT_IN_SCHEMAS = { febrl: FEBRL, customers: CUSTOMERS } as const satisfies Record<string, MatchSchema>;
