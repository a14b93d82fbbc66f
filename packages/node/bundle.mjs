import { join } from 'node:path';
import { bundleForNode } from '../../scripts/bundle-for-node.mjs';

await bundleForNode(import.meta.dirname, { on: [join(import.meta.dirname, '../core')] });
