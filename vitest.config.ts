import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // A ceiling for what hangs, not a bar: tests wait for conditions, and this machine may be slow.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
