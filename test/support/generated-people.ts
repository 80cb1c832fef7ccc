/** A generator of customers: invented, and the same for the same seed. */
const FAMILIES = [...'王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗', '欧阳', '司马', '诸葛'];
const GIVEN = [...'明华丽军敏静强磊洋艳勇杰娟涛超霞平刚桂英文博宇欣怡梓涵子轩雨泽思远晓东海波建国志强'];
const ROADS = ['解放路', '人民路', '中山路', '建设路', '文化路', '和平路', '长江路', '新华路'];
const CITIES = [
  ['浙江省', '杭州市', '西湖区'],
  ['江苏省', '南京市', '鼓楼区'],
  ['广东省', '深圳市', '南山区'],
  ['四川省', '成都市', '武侯区'],
] as const;

/** What one account says of a person, by trait. */
export interface SaidOfPerson {
  readonly person: number;
  readonly traits: Readonly<Record<string, string>>;
}

interface Person {
  readonly name: string;
  readonly gender: string;
  readonly birthday: string;
  readonly phone: string;
  readonly email: string;
  readonly province: string;
  readonly city: string;
  readonly address: string;
}

/** Numbers below a bound, the same each time (Lehmer's minimal standard). */
export function numbersFrom(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % bound;
  };
}

function personOf(below: (bound: number) => number): Person {
  const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const two = (value: number) => String(value).padStart(2, '0');
  const [province, city, district] = pick(CITIES);
  const number = 10_000_000 + below(89_999_999);
  return {
    name: pick(FAMILIES) + pick(GIVEN) + (below(4) > 0 ? pick(GIVEN) : ''),
    gender: pick(['男', '女']),
    birthday: `${1950 + below(55)}-${two(1 + below(12))}-${two(1 + below(28))}`,
    phone: `137${number}`,
    email: `u${number}@${pick(['mail.example', 'post.example'])}`,
    province,
    city,
    address: `${district}${pick(ROADS)}${1 + below(900)}号${1 + below(20)}幢${1 + below(6)}单元${100 + below(900)}室`,
  };
}

/** The person as another channel writes them: with a slip now and then, and without some of it. */
function againOf(person: Person, below: (bound: number) => number): Partial<Person> {
  const { name, phone, ...rest } = person;
  const slips: Partial<Person>[] = [
    {},
    { name: `${name.slice(0, 1)}*${name.slice(2)}` },
    { birthday: person.birthday.replaceAll('-', '/') },
    { birthday: person.birthday.slice(0, 8) + String(10 + below(19)) },
    { address: person.address.replace(/\d单元.*/, '') },
  ];
  const changed = { name, phone, ...rest, ...slips[below(slips.length)] };
  const left = new Set(['name', ...Object.keys(changed).filter(() => below(3) > 0)]);
  return Object.fromEntries(Object.entries(changed).filter(([trait]) => left.has(trait)));
}

/** What is said of so many people: of every other one twice, by different accounts. */
export function saidOfPeople(people: number, seed: number, twice = 2): SaidOfPerson[] {
  const below = numbersFrom(seed);
  return Array.from({ length: people }, (_, person) => {
    const known = personOf(below);
    const again = twice > 0 && person % twice === 0 ? [againOf(known, below)] : [];
    return [{ ...known }, ...again].map((traits) => ({ person, traits }));
  }).flat();
}
