import type { SentCommand } from './command-log.js';

type Fields = Readonly<Record<string, unknown>>;

/** Commands that read and write no document. */
const WITHOUT_DOCUMENTS = new Set([
  'abortTransaction',
  'buildInfo',
  'commitTransaction',
  'create',
  'createIndexes',
  'endSessions',
  'hello',
  'ismaster',
  'listCollections',
  'ping',
]);

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a key, each of several, or a span of them, begins with one of the tenants or with the platform's prefix for one. */
function isOfTenant(key: unknown, tenants: readonly string[]): boolean {
  if (isObject(key) && Array.isArray(key.$in)) return key.$in.every((one) => isOfTenant(one, tenants));
  if (isObject(key) && '$lt' in key) return [key.$gte ?? key.$gt, key.$lt].every((one) => isOfTenant(one, tenants));
  return (
    typeof key === 'string' && (key.startsWith('platform:') || tenants.some((tenant) => key.startsWith(`${tenant}:`)))
  );
}

/** What is wrong with a filter: its first condition must be `_id` or the tenant, by equality, so that an index carries it. */
function filterFault(filter: unknown, tenants: readonly string[]): string | undefined {
  const [first] = isObject(filter) ? Object.entries(filter) : [];
  if (!first) return 'has no filter';
  const [name, value] = first;
  if (name === '_id') return isOfTenant(value, tenants) ? undefined : 'has an _id without the tenant';
  if (name !== 'tenantId') return `begins with ${name}`;
  return [...tenants, 'platform'].includes(String(value)) ? undefined : 'has another tenantId';
}

function documentFault(document: unknown, tenants: readonly string[]): string | undefined {
  if (!isObject(document)) return 'is no document';
  if (!isOfTenant(document._id, tenants)) return 'has an _id without the tenant';
  return [...tenants, 'platform'].includes(String(document.tenantId)) ? undefined : 'has no tenantId';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function firstStage(command: Fields): unknown {
  const [stage] = listOf(command.pipeline);
  return isObject(stage) ? stage.$match : undefined;
}

/** The one stream that a process follows: of all tenants' changes, as they come. */
function isChangeStream(command: Fields): boolean {
  const [stage] = listOf(command.pipeline);
  return command.aggregate === 'changes' && isObject(stage) && '$changeStream' in stage;
}

const CHECKS: Readonly<Record<string, (command: Fields, tenants: readonly string[]) => (string | undefined)[]>> = {
  find: (command, tenants) => [filterFault(command.filter, tenants)],
  count: (command, tenants) => [filterFault(command.query, tenants)],
  aggregate: (command, tenants) => (isChangeStream(command) ? [] : [filterFault(firstStage(command), tenants)]),
  getMore: () => [], // goes on with a command that was judged
  killCursors: () => [],
  findAndModify: (command, tenants) => [filterFault(command.query, tenants)],
  insert: (command, tenants) => listOf(command.documents).map((document) => documentFault(document, tenants)),
  update: (command, tenants) =>
    listOf(command.updates).map((update) => filterFault((update as { q: unknown }).q, tenants)),
  delete: (command, tenants) =>
    listOf(command.deletes).map((entry) => filterFault((entry as { q: unknown }).q, tenants)),
};

/** The commands among these that do not carry one of the tenants where an index can use it, and why. */
export function commandsWithoutTenant(commands: readonly SentCommand[], tenants: readonly string[]): string[] {
  return commands.flatMap(({ name, collection, command }) => {
    if (WITHOUT_DOCUMENTS.has(name)) return [];
    const check = CHECKS[name];
    const faults = check ? check(command, tenants) : ['is of a kind that nobody has judged yet'];
    return faults.filter((fault) => fault !== undefined).map((fault) => `${name} on ${collection} ${fault}`);
  });
}
