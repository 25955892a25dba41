import { defineConfig } from 'vitest/config'

// Every package runs this config from its own folder: `vitest run --config ../../vitest.config.ts`.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'test-results.json' },
    env: { TF_CPP_MIN_LOG_LEVEL: '2' },
  },
})
