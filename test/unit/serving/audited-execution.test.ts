import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import type { AuditFact } from '../../../src/audit/audit-chain.rules.js';
import { AuditTrail } from '../../../src/audit/audit-trail.service.js';
import { SelectedFields } from '../../../src/audit/selected-fields.js';
import type { RequestContext } from '../../../src/platform/context.js';
import { AppError } from '../../../src/platform/errors.js';
import { RequestTrail } from '../../../src/platform/request-trail.js';
import { AuditedExecution } from '../../../src/serving/audited-execution.js';
import type { ExecutionRequest } from '../../../src/serving/compiled-execution.js';
import { CompiledExecution } from '../../../src/serving/compiled-execution.js';

const schema = buildSchema(`
  type Query { item(id: ID): QuarantinedItem secret: String }
  type QuarantinedItem { id: ID original: String }
`);

const FIELDS = {
  item: (_: unknown, { trail }: RequestContext) => {
    trail.show('qit_1', undefined, { 'QuarantinedItem.original': 'x' });
    return { id: 'qit_1', original: 'x' };
  },
  secret: () => {
    throw new AppError('CONSENT_REQUIRED', 'No.');
  },
};

function contextOf(requestId = 'r'): RequestContext {
  const principal = { kind: 'USER', tenantId: 'acme', subject: 'tester', roles: [], purposes: ['ANALYTICS'] };
  const access = { may: () => true, unseen: new Set() };
  const own = { tenantId: 'acme', requestId, principal, access, trail: new RequestTrail(), now: () => new Date(0) };
  return own as unknown as RequestContext;
}

/** Runs a document, and tells what was written down of it; where `isAway`, nothing can be. */
async function run(text: string, isAway = false, more: Partial<ExecutionRequest> = {}) {
  const facts: AuditFact[] = [];
  const record = async (_: unknown, given: readonly AuditFact[]) => {
    if (isAway) throw new AppError('SERVICE_UNAVAILABLE', 'Away.');
    facts.push(...given);
  };
  const trail = new AuditTrail({ record }, () => undefined);
  const execution = new AuditedExecution(new CompiledExecution(schema), new SelectedFields(schema), trail);
  const request = { document: parse(text), contextValue: contextOf(), rootValue: FIELDS, ...more };
  return { ...(await execution.execute(request)), facts };
}

describe('an answer', () => {
  test('that shows nothing in clear is not written down', async () => {
    for (const text of ['{ __typename }', '{ item { id } }', '{ item { id original @skip(if: true) } }'])
      expect((await run(text)).facts).toEqual([]);
    const conditional =
      'query ($all: Boolean = false) { item { ...Part @include(if: $all) } } fragment Part on QuarantinedItem { original }';
    expect((await run(conditional)).facts).toEqual([]);
    expect((await run(conditional, false, { variableValues: { all: true } })).facts).toHaveLength(1);
  });

  test('in clear is, with the purpose that it was narrowed to', async () => {
    const { data, facts } = await run('{ item { other: original } }');
    expect(JSON.parse(JSON.stringify(data))).toEqual({ item: { other: 'x' } });
    const details = {
      operation: 'item',
      fields: ['QuarantinedItem.original'],
      requestId: 'r',
      kind: 'USER',
      purpose: 'ANALYTICS',
    };
    expect(facts).toEqual([
      { at: expect.any(String), actor: 'tester', action: 'readClear', subject: 'qit_1', outcome: 'OK', details },
    ]);
  });

  test('that can not be written down is not given: it is the error, and no data', async () => {
    const { data, errors } = await run('{ item { original } }', true);
    expect(data).toBeNull();
    expect(errors?.map(({ originalError }) => originalError)).toEqual([
      expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }),
    ]);
    expect((await run('{ item { id } }', true)).errors).toBeUndefined();
  });

  test('that a field refused is told of by its code', async () => {
    const { facts } = await run('{ secret }');
    expect(facts).toEqual([expect.objectContaining({ action: 'secret', outcome: 'CONSENT_REQUIRED' })]);
  });
});
