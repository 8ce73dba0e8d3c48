import { defineConfig } from 'vitest/config'

export default defineConfig({
  // As Node resolves it: Vite would take the package's other build for our files, and graphql-js refuses to be there twice.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    // Two: the tests share one database server, and it needs processors as well.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
})
