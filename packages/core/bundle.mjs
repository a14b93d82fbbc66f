import { bundleForNode } from '../../scripts/bundle-for-node.mjs';

await bundleForNode(import.meta.dirname, {
  // CommonJS, which costs more to load than the rest together.
  inlined: { eventemitter3: 'Contains eventemitter3. MIT License, Copyright (c) 2014 Arnout Kazemier' },
});
