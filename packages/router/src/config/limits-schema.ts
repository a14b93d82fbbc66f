import { z } from 'zod';
import type { Limits } from '../options.js';
import { defaultLimits } from '../options.js';

/** A number above 0 for each bound that a router has; `scripts/config-schema.mjs` says what each is. */
const shape = Object.fromEntries(
  Object.keys(defaultLimits).map((name) => [name, z.int().positive().exactOptional()]),
) as Record<keyof Limits, z.ZodExactOptional<z.ZodInt>>;

export const limits = z.strictObject(shape);

/** What may be said of one role. */
export const rates = limits.pick({ maxMessageRate: true, maxByteRate: true, maxOverRate: true });
