import { describe, expect, test } from '@jest/globals';
import { builtInMapping, planColumns } from '../../../src/matching/match-columns.rules.js';
import { type MatchMapping, parseMatchMapping } from '../../../src/matching/match-mapping.js';
import { columnsOf, type MatchSchema } from '../../../src/matching/match-schema.js';

const FEBRL =
  'record_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,date_of_birth,soc_sec_id';
const CUSTOMERS =
  'record_id,channel,unionid,openid,external_userid,phone,email,device_id,member_no,name,gender,birthday,province,city,address,created_at';

const mapping = (given: object): MatchMapping => parseMatchMapping(JSON.stringify(given));

describe('a mapping file', () => {
  test('says which column is the id, what the others are, and what is left out', () => {
    const given = {
      idColumn: 'no',
      fields: [
        { name: 'home', kind: 'address', columns: ['city', 'street'] },
        { name: 'openid', kind: 'identifier', scopeColumn: 'app', isMany: true },
        { name: ' tel ', kind: 'phone' },
      ],
      ignore: ['note'],
    };
    const { schema, ignore } = parseMatchMapping(`\ufeff${JSON.stringify(given)}`);
    expect(ignore).toEqual(['note']);
    expect([schema.idColumn, ...columnsOf(schema)]).toEqual(['no', 'city', 'street', 'openid', 'app', 'tel']);
    expect(schema.fields[1]).toEqual({ name: 'openid', kind: 'identifier', scopeColumn: 'app', isMany: true });
  });

  const field = { name: 'a', kind: 'text' };
  test.each([
    ['text', 'mapping: is no JSON'],
    ['[]', 'mapping: Invalid input: expected object'],
    ['{}', 'idColumn: must be text; fields: must be a list of fields'],
    [{ idColumn: ' ', fields: [field] }, 'idColumn: must not be empty'],
    [{ idColumn: 'id', fields: [] }, 'fields: must have a field'],
    [{ idColumn: 'id', fields: [field, { name: 'b', kind: 'tel' }] }, 'fields[1].kind: must be one of personName'],
    [{ idColumn: 'id', fields: [{ ...field, column: 'x' }] }, 'fields[0]: Unrecognized key: "column"'],
    [{ idColumn: 'id', fields: [{ ...field, columns: [] }] }, 'fields[0].columns: must name a column'],
    [{ idColumn: 'id', fields: [{ ...field, columns: ['b', 1] }] }, 'fields[0].columns[1]: must be text'],
    [{ idColumn: 'id', fields: [{ ...field, scopeColumn: 'b' }] }, 'fields[0].scopeColumn: belongs to an identifier'],
    [{ idColumn: 'id', fields: [{ ...field, isMany: 1 }] }, 'fields[0].isMany: must be true or false'],
    [{ idColumn: 'id', fields: [field, field] }, 'fields[1].name: stands twice'],
    [{ idColumn: 'a', fields: [field] }, 'idColumn: is compared as well'],
    [{ idColumn: 'id', fields: [field], ignore: ['b', 'a'] }, 'ignore[1]: is read and left out at once'],
    [{ idColumn: 'id', fields: [field], ignore: 'b' }, 'ignore: must be a list of columns'],
    [{ idColumn: 'id', fields: [{ name: 'at', kind: 'timestamp' }] }, 'fields: must have one that is no timestamp'],
    [{ idColumn: 'id', fields: [field], kind: 'febrl' }, 'Unrecognized key: "kind"'],
  ])('%j is refused: %s', (content, message) => {
    expect(() => parseMatchMapping(typeof content === 'string' ? content : JSON.stringify(content))).toThrow(message);
  });
});

describe('without a mapping the columns decide', () => {
  const planned = (header: string, given?: MatchMapping) => planColumns(header.split(','), given);

  test.each([
    ['febrl', FEBRL],
    ['customers', CUSTOMERS],
    ['customers', CUSTOMERS.split(',').reverse().join(' , ')],
  ])('for %s', (name, header) => {
    const { schema, idAt, valuesAt, unread } = planned(header);
    expect(schema).toBe(builtInMapping(name)?.schema);
    const names = header.split(',').map((column) => column.trim());
    expect(names[idAt]).toBe('record_id');
    expect(valuesAt.map((at) => names[at])).toEqual(columnsOf(schema as MatchSchema));
    expect(unread).toEqual([]);
  });

  test.each([
    ['with one more', `${FEBRL},phone,`, ['phone']],
    ['with one twice that is not read', `${FEBRL},note,note`, ['note', 'note']],
  ])('%s, which is not read', (_case, header, unread) => {
    expect(planned(header).unread).toEqual(unread);
  });

  test.each([
    [
      'one missing',
      FEBRL.replace(',state', ''),
      'For the mapping febrl it lacks state. Say what they are in a JSON file',
    ],
    [
      'the id missing',
      FEBRL.replace('record_id', 'rec_id'),
      'line 1: no built-in mapping fits its columns rec_id, given',
    ],
    ['none known', 'no,who', '{"idColumn":"no","fields":[{"name":"who","kind":"text"}]}, and give it with --mapping'],
    ['one twice', `${FEBRL},state`, 'line 1: the column state stands twice'],
    [
      'those of two',
      `${FEBRL},${CUSTOMERS.replace('record_id,', '')}`,
      'febrl, customers fit: say which, as --mapping febrl',
    ],
    ['very many', Array.from({ length: 99 }, (_, n) => `c${n}`).join(','), ', c49 and 49 more.'],
    ['a name that steers terminals', 'a\u001b[2J\n,b', 'its columns a [2J, b.'],
    ['a long name', `a,${'b'.repeat(99)}`, `a, ${'b'.repeat(60)}....`],
  ])('%s is refused', (_case, header, message) => {
    expect(() => planned(header)).toThrow(message);
  });

  test('a mapping that reads what the file has not is refused, by name', () => {
    const given = mapping({ idColumn: 'no', fields: [{ name: 'tel', kind: 'phone' }], ignore: ['fax'] });
    expect(() => planned('tel,mail', given)).toThrow(
      'the mapping reads no, which the file does not have; it has tel, mail',
    );
    expect(planned('tel,mail,no,fax', given)).toMatchObject({ idAt: 2, valuesAt: [0], unread: ['mail'] });
    expect(() => planned('record_id,surname', builtInMapping('febrl'))).toThrow(
      'the mapping reads given_name, street_number',
    );
  });

  test('there is no built-in mapping called like a part of every object', () => {
    expect(builtInMapping('constructor')).toBeUndefined();
  });
});
