import { PERMISSIONS } from '../dist/src/access/permissions.js';
import { PolicyService } from '../dist/src/access/policy.service.js';
import { checkPolicy } from '../dist/src/access/tenant-policy.rules.js';
import { spread } from './statistics.mjs';
import { table } from './table.mjs';

const FIELDS = 2_000_000;
const REQUESTS = 200_000;
const COMPILATIONS = 20;
const MOST_MICROSECONDS = 1;

/** What a decision costs: for a field, for a request, and when a policy has changed. */
export async function benchAccess({ rounds }) {
  const service = await PolicyService.load();
  const rules = ['ANALYTICS', 'MARKETING', null].map((purpose) => ({
    subject: 'VIEWER',
    permission: 'events:read',
    purpose,
  }));
  const newPolicy = async () => checkPolicy({ rules }, await service.table());
  const policy = await newPolicy();
  const caller = { tenantId: 'bench', roles: ['VIEWER', 'MARKETER'], purposes: ['ANALYTICS', 'SERVICE'] };
  const results = { field: [], request: [], compiled: [], enforced: [] };
  for (let round = 0; round <= rounds; round += 1) {
    const decided = await service.decisionsFor(caller, policy);
    const of = {
      field: await microseconds(FIELDS, async (n) => decideFields(decided, n)),
      request: await microseconds(REQUESTS, async (n) => {
        for (let i = 0; i < n; i += 1) await service.decisionsFor(caller, policy);
      }),
      compiled: await microseconds(COMPILATIONS, async (n) => {
        for (let i = 0; i < n; i += 1) await service.decisionsFor(caller, await newPolicy());
      }),
      enforced: await microseconds(COMPILATIONS * 10, async (n) => {
        for (let i = 0; i < n; i += 1) service.enforce('VIEWER', 'bench', 'events:read');
      }),
    };
    if (round === 0) continue; // warms up
    for (const name of Object.keys(results)) results[name].push(of[name]);
  }
  return Object.fromEntries(Object.entries(results).map(([name, values]) => [name, spread(values)]));
}

function decideFields(decided, count) {
  let allowed = 0;
  for (let i = 0; i < count; i += 1) if (decided.may(PERMISSIONS[i % PERMISSIONS.length])) allowed += 1;
  return allowed;
}

async function microseconds(count, work) {
  const started = performance.now();
  await work(count);
  return ((performance.now() - started) * 1_000) / count;
}

/** The figures as a table. */
export function accessReport(results) {
  const figure = (value) => value.toFixed(value < 10 ? 3 : 0);
  const names = {
    field: 'a field: one look-up',
    request: 'a request: its decisions found',
    compiled: 'a policy that changed: read by Casbin, all decisions compiled',
    enforced: 'one call of Casbin',
  };
  const rows = Object.entries(names).map(([name, text]) => {
    const { median, min, max } = results[name];
    return [text, figure(median), `${figure(min)} to ${figure(max)}`];
  });
  const verdict = results.field.median <= MOST_MICROSECONDS ? 'kept' : 'missed';
  return `
What authorisation costs
${table(['', 'µs', 'least to greatest'], rows)}

The goal of ${MOST_MICROSECONDS} µs a field is ${verdict}.
`;
}
