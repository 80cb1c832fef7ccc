import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BUILT_IN_SCHEMAS } from '../../../src/matching/built-in-schemas.js';
import { hasIdentityData, identityFile, scoreFile, withGenerated } from '../../support/matched-files.js';

if (!hasIdentityData)
  process.stdout.write('Matching on Febrl and generated customers: skipped, ../shared/identity is not here.\n');
const onData = hasIdentityData ? describe : describe.skip;

onData('how well files are matched', () => {
  test.each(['febrl1', 'febrl2'])('%s', (name) => {
    const { f1 } = scoreFile(BUILT_IN_SCHEMAS.febrl, identityFile(`${name}.csv`), identityFile(`${name}_truth.csv`));
    expect(f1).toBeGreaterThanOrEqual(0.995);
  });

  test('generated customers', () => {
    const score = withGenerated(3_000, 31, (folder) =>
      scoreFile(BUILT_IN_SCHEMAS.customers, join(folder, 'records.csv'), join(folder, 'truth.csv')),
    );
    expect(score.precision).toBeGreaterThanOrEqual(0.95);
    expect(score.recall).toBeGreaterThanOrEqual(0.92);
    expect(score.f1).toBeGreaterThanOrEqual(0.94);
  });
});
