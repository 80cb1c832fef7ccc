/**
 * Kinds of tests: rules alone (`unit`), those that need its database (`properties`), those that talk to the one running
 * server (`api`), which runs every operation compiled, and those of them about errors and rights once more, against a
 * server beside it that compiles nothing (`executors`).
 */
const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
  resolver: '<rootDir>/test/support/source-resolver.cjs',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/', '<rootDir>/.data/', '<rootDir>/.tmp/'],
};

/** With the one running server, and its database, beside them. */
const served = {
  ...shared,
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

const ON_BOTH_EXECUTORS = ['access', 'bad-input', 'http', 'isolation', 'masks', 'not-implemented', 'graphql-over-http'];

export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    { ...served, displayName: 'properties', testMatch: ['<rootDir>/test/properties/**/*.test.ts'] },
    { ...served, displayName: 'api', testMatch: ['<rootDir>/test/api/**/*.test.ts'] },
    {
      ...served,
      displayName: 'executors',
      globalSetup: '<rootDir>/test/support/interpreted-setup.mjs',
      globals: { EXECUTOR: 'interpreted' },
      testMatch: [
        '<rootDir>/test/executors/**/*.test.ts',
        ...ON_BOTH_EXECUTORS.map((name) => `<rootDir>/test/api/${name}.test.ts`),
      ],
    },
  ],
  maxWorkers: 2,
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/support/count-reporter.mjs'],
};
