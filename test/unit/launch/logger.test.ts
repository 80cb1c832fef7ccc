import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../../../src/platform/logger.js';

const SEEDED = ['13812345678', 'li.wei@example.com', '李伟', 'Wei Li'];

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger('trace', { write: (line) => lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  test.each([
    ['fields of redacted names', { phone: SEEDED[0], Email: SEEDED[1], full_name: SEEDED[2], displayName: SEEDED[3] }],
    ['fields deep below', { a: { b: [{ c: { identifiers: [{ value: SEEDED[0] }] } }] } }],
    ['fields deeper than the log goes', { a: { a: { a: { a: { a: { a: { a: { a: SEEDED[0] } } } } } } } }],
    ['headers', { headers: { authorization: SEEDED[0] }, 'set-cookie': SEEDED[1] }],
    ['bodies', { body: SEEDED[0], variables: { id: SEEDED[1] } }],
    [
      'quotations in an error',
      { err: new Error(`phone "${SEEDED[0]}" of ${SEEDED[2]} <${SEEDED[1]}>, 138 1234 5678`) },
    ],
    ['quotations in a nested error', { fault: { cause: new Error(`'${SEEDED[3]}' is wrong`) } }],
    ['query strings', { req: { method: 'GET', url: `/graphql?query=${SEEDED[0]}` } }],
  ])('leaves out %s', (_, record) => {
    const text = logged((logger) => {
      logger.info(record, 'seen');
      logger.child(record).info('seen');
    });
    expect(text.match(/seen/g)).toHaveLength(2);
    for (const value of [...SEEDED, '138 1234 5678']) expect(text).not.toContain(value);
  });

  test('keeps what helps: ids, codes, durations, the place of an error', () => {
    const fault = Object.assign(new Error('E11000 duplicate key'), { code: 11000 });
    const line = JSON.parse(
      logged((logger) => logger.error({ err: fault, requestId: 'req_1', tookMs: 12, tenantId: 'demo' })),
    );
    expect(line).toMatchObject({ requestId: 'req_1', tookMs: 12, tenantId: 'demo', err: { code: 11000 } });
    expect(line.err.stack).toContain('logger.test.ts');
  });
});
