/** Tests run from source in native ESM: workspaces resolve to `src/` through the `@supergraph/source` condition. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['**/src/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.data/'],
  modulePathIgnorePatterns: ['/dist/', '/.data/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // Not 'import': it would break the require() of packages that ship both kinds.
  testEnvironmentOptions: {
    customExportConditions: ['@supergraph/source', 'node', 'node-addons'],
    // Its default only warns, once for each file.
    globalsCleanup: 'off',
  },
  globalSetup: '<rootDir>/packages/testing/jest/globalSetup.mjs',
  globalTeardown: '<rootDir>/packages/testing/jest/globalTeardown.mjs',
  // A limit for what hangs, not an expectation: what waits for something says so itself (eventually).
  testTimeout: 180_000,
  maxWorkers: 2,
  // Modules of a file that has ended are not all let go of (native ESM): a worker that has grown is replaced by a new one.
  workerIdleMemoryLimit: '1GB',
};
