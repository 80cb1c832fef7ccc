import { ACCOUNT_SCHEMA } from '../../src/likeness/account-schema.js';
import { MatchModelStore } from '../../src/likeness/match-model.store.js';
import type { MatchModel } from '../../src/matching/match-model.js';
import { columnsOf } from '../../src/matching/match-schema.js';
import { RecordMatcher } from '../../src/matching/record-matcher.js';
import { ulid } from '../../src/platform/ids.js';
import { withDatabase } from './server.js';
import { withServices } from './server-services.js';

const FAMILIES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
const GIVEN = [
  '伟',
  '芳',
  '秀英',
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '洋',
  '艳',
  '勇',
  '军',
  '杰',
  '娟',
  '涛',
  '明',
  '超',
  '霞',
];
const PEOPLE = 240;
const THRESHOLD = 0.9;

const two = (n: number) => String(n).padStart(2, '0');

/** What a model of accounts is after a few hundred people, every third of whom is there twice. */
export function accountModel(): MatchModel {
  const matcher = new RecordMatcher(ACCOUNT_SCHEMA, { threshold: THRESHOLD });
  const columns = columnsOf(ACCOUNT_SCHEMA);
  for (let n = 0; n < PEOPLE; n += 1) {
    const values: Record<string, string> = {
      name: `${FAMILIES[n % FAMILIES.length]}${GIVEN[(n * 7) % GIVEN.length]}`,
      gender: n % 2 === 0 ? 'MALE' : 'FEMALE',
      birthday: `${1950 + ((n * 11) % 50)}-${two(1 + ((n * 5) % 12))}-${two(1 + ((n * 3) % 28))}`,
      province: '浙江省',
      city: '杭州市',
      address: `西湖区文三路${100 + n}号${1 + (n % 9)}幢${101 + n}室`,
      phone: `+86137${10_000_000 + n * 31}`,
    };
    const row = columns.map((column) => values[column] ?? '');
    matcher.add(`${n}`, row);
    if (n % 3 === 0) matcher.add(`${n} again`, row.with(columns.indexOf('phone'), ''));
  }
  matcher.resolve();
  if (!matcher.model) throw new Error('Nothing was learned.');
  return matcher.model;
}

/** Stores the model for a tenant of the running server, and returns its version. */
export function addModel(tenant: string): Promise<number> {
  return withServices(tenant, (_, ctx) =>
    withDatabase((database) => new MatchModelStore(database).add(ctx, accountModel(), `job_${ulid(new Date())}`)),
  );
}
