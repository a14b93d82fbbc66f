import { bundleForNode } from '../../scripts/bundle-for-node.mjs';

await bundleForNode(import.meta.dirname);
