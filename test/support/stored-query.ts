/** What MongoDB answers to the few parts of its query language that rules compile to; written after its manual, for tests without a database. */
export function matchesQuery(document: unknown, query: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(query).every(([key, value]) => {
    const all = value as Readonly<Record<string, unknown>>[];
    if (key === '$and') return all.every((one) => matchesQuery(document, one));
    if (key === '$or') return all.some((one) => matchesQuery(document, one));
    if (key === '$nor') return !all.some((one) => matchesQuery(document, one));
    if (key === '$expr') return evaluate(value, document) === true;
    return fieldMatches(valuesAt(document, key.split('.')), value);
  });
}

/** All values that a path leads to: each element of a list on the way is entered. */
function valuesAt(inside: unknown, [name, ...rest]: readonly string[]): unknown[] {
  if (name === undefined) return [inside];
  if (Array.isArray(inside)) return inside.filter(isObject).flatMap((one) => valuesAt(one, [name, ...rest]));
  return isObject(inside) && Object.hasOwn(inside, name) ? valuesAt(inside[name], rest) : [undefined];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function fieldMatches(values: readonly unknown[], condition: unknown): boolean {
  if (!isObject(condition) || !Object.keys(condition).some((key) => key.startsWith('$')))
    return has(values, '$eq', condition);
  return Object.entries(condition).every(([operator, wanted]) => {
    if (operator === '$not') return !fieldMatches(values, wanted);
    if (operator === '$ne') return !has(values, '$eq', wanted);
    return has(values, operator, wanted);
  });
}

/** Whether a value, or an element of one that is a list, stands a condition. */
function has(values: readonly unknown[], operator: string, wanted: unknown): boolean {
  return values.some((value) => {
    const candidates = Array.isArray(value) ? [value, ...value] : [value];
    return candidates.some((one) => stands(one, operator, wanted));
  });
}

function stands(value: unknown, operator: string, wanted: unknown): boolean {
  const [a, b] = [plain(value), plain(wanted)];
  const isComparable = typeof a === typeof b && a !== null && b !== null;
  switch (operator) {
    case '$eq':
      return (a ?? null) === (b ?? null);
    case '$in':
      return (wanted as unknown[]).some((one) => (plain(one) ?? null) === (a ?? null));
    case '$type':
      return typeOf(value) === wanted;
    case '$regex':
      return typeof value === 'string' && new RegExp(String(wanted)).test(value);
    case '$gt':
      return isComparable && (a as number) > (b as number);
    case '$gte':
      return isComparable && (a as number) >= (b as number);
    case '$lt':
      return isComparable && (a as number) < (b as number);
    case '$lte':
      return isComparable && (a as number) <= (b as number);
    default:
      throw new Error(`${operator} is not known here`);
  }
}

function plain(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value;
}

function typeOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  const names: Record<string, string> = { number: 'double', boolean: 'bool', bigint: 'long' };
  return names[typeof value] ?? typeof value;
}

const EXPRESSIONS: Readonly<Record<string, (...operands: never[]) => unknown>> = {
  $type: (value: unknown) => typeOf(value),
  $eq: (a: unknown, b: unknown) => a === b,
  $in: (a: unknown, list: unknown[]) => list.includes(a),
  $and: (...all: unknown[]) => !all.includes(false),
  $or: (...all: unknown[]) => all.includes(true),
  $lte: (a: number, b: number) => a <= b,
  $gte: (a: number, b: number) => a >= b,
  $floor: (a: number) => Math.floor(a),
  $add: (a: number, b: number) => a + b,
  $multiply: (a: number, b: number) => a * b,
  $toLong: (a: number) => BigInt(a),
};

function evaluate(expression: unknown, document: unknown): unknown {
  if (typeof expression === 'string' && expression.startsWith('$'))
    return valueIn(document, expression.slice(1).split('.'));
  if (Array.isArray(expression)) return expression.map((one) => evaluate(one, document));
  if (!isObject(expression)) return expression;
  const [[operator, operands] = ['', null]] = Object.entries(expression);
  const given = Array.isArray(operands) ? operands : [operands];
  if (operator === '$cond') return evaluate(evaluate(given[0], document) === true ? given[1] : given[2], document);
  const evaluated = given.map((one) => evaluate(one, document));
  if (!EXPRESSIONS[operator]) throw new Error(`${operator} is not known here`);
  return EXPRESSIONS[operator](...(evaluated as never[]));
}

function valueIn(document: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((inside, name) => (isObject(inside) ? inside[name] : undefined), document);
}

const ACCUMULATORS: Readonly<Record<string, (values: readonly unknown[]) => unknown>> = {
  $sum: (values) => values.reduce<bigint>((sum, one) => sum + BigInt(one as number), 0n),
  $min: (values) => extreme(values, -1),
  $max: (values) => extreme(values, 1),
  $addToSet: (values) => [...new Set(values)],
};

function extreme(values: readonly unknown[], sign: number): unknown {
  const present = values.filter((one) => one !== null && one !== undefined) as number[];
  return present.reduce<unknown>(
    (best, one) => (best === null || (one > (best as number) ? 1 : -1) === sign ? one : best),
    null,
  );
}

/** What an aggregation of `$match` and `$group` makes of documents. */
export function aggregate(
  documents: readonly unknown[],
  stages: readonly Readonly<Record<string, unknown>>[],
): unknown[] {
  return stages.reduce<readonly unknown[]>((left, { $match, $group }) => {
    if ($match) return left.filter((one) => matchesQuery(one, $match as never));
    const { _id, ...fields } = $group as Record<string, unknown>;
    const keys = [...new Set(left.map((one) => evaluate(_id, one)))];
    return keys.map((key) =>
      group(
        key,
        left.filter((one) => evaluate(_id, one) === key),
        fields,
      ),
    );
  }, documents) as unknown[];
}

function group(key: unknown, members: readonly unknown[], fields: Readonly<Record<string, unknown>>): unknown {
  const made = Object.entries(fields).map(([name, accumulator]) => {
    const [[operator, expression] = ['', null]] = Object.entries(accumulator as object);
    return [name, ACCUMULATORS[operator]?.(members.map((one) => evaluate(expression, one)))];
  });
  return { _id: key, ...Object.fromEntries(made) };
}
