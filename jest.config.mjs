/** Three kinds of tests: rules alone (`unit`), those that need its database (`properties`) and those that talk to the one running server (`api`). */
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

export default {
  projects: [
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.ts'] },
    { ...served, displayName: 'properties', testMatch: ['<rootDir>/test/properties/**/*.test.ts'] },
    { ...served, displayName: 'api', testMatch: ['<rootDir>/test/api/**/*.test.ts'] },
  ],
  maxWorkers: 2,
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/count-reporter.mjs'],
};
