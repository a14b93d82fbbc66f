// What a page loads, gzip: `npm run size`. Part of `npm test`.

/** What is imported from one entry of a package, and how many bytes of it at most. */
function limit(name, entry, imports, bytes) {
  return {
    name,
    path: `packages/${entry}`,
    import: `{ ${imports} }`,
    limit: `${bytes} B`,
    gzip: true,
    modifyEsbuildConfig: (config) => ({ ...config, target: 'es2022', legalComments: 'none' }),
  };
}
const browser = 'browser/dist/index.js';
const core = (entry) => `core/dist/${entry}.js`;

export default [
  limit('full client with JSON', browser, 'connect', 21_400),
  limit('subscribe-only client with JSON', 'browser/dist/subscriber.js', 'connect', 16_400),
  limit('ticket', browser, 'ticket', 100),
  limit('WAMP-CRA', browser, 'wampcra', 5_200),
  limit('WAMP-SCRAM', browser, 'scram', 20_200),
  limit('Cryptosign', browser, 'cryptosign', 29_800),
  limit('CBOR', core('serializer/cbor'), 'cbor', 6_600),
  limit('MessagePack', core('serializer/msgpack'), 'msgpack', 6_600),
  limit('payload passthru', core('passthru/index'), 'passthru', 2_300),
  limit('encryption', core('encryption/index'), 'encryption', 15_300),
];
