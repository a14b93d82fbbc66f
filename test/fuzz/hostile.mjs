import { encoders, Nested, Pairs, Raw } from './encode.mjs';
import { hello, message, value } from './messages.mjs';

/** What has no place where a value is expected, each a trap that some parser has fallen into. */
const misfits = [
  (r) => new Nested(r.pick([64, 200, 5_000, 100_000]), r.pick(['list', 'dict'])),
  () => new Pairs([['__proto__', { polluted: true }]]),
  () => new Pairs([['constructor', { prototype: { polluted: true } }]]),
  () =>
    new Pairs([
      ['match', 'exact'],
      ['match', 'prefix'],
      ['match', { toString: 1 }],
    ]),
  () =>
    new Pairs([
      ['__proto__', null],
      ['toString', 1],
      ['hasOwnProperty', 1],
      ['then', 1],
    ]),
  () =>
    new Pairs([
      [1, 2],
      [{}, []],
    ]),
  () => '__proto__',
  () => 'x'.repeat(70_000),
  () => '\0not base64!',
  () => '\ud800',
  () => -1,
  () => 2 ** 53,
  () => 2n ** 64n - 1n,
  () => 1.5,
  () => -0,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => '',
  () => null,
  () => [],
  () => ({}),
  () => Array.from({ length: 3000 }, () => 0),
  (r) => value(r, 2),
];

/** Octets that are no value in any format, or a head whose length lies. */
const stumps = {
  json: [
    [0xff, 0xfe],
    [0x22, 0xc3, 0x28, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0x22, 0xf8, 0x88, 0x80, 0x80, 0x80, 0x22],
    [...Buffer.from('1e999999')],
    [...Buffer.from('01')],
    [...Buffer.from('"\\u12"')],
    [...Buffer.from('{"a":1,}')],
    [...Buffer.from(`${'9'.repeat(400)}`)],
    [...Buffer.from('-')],
    [...Buffer.from('tru')],
  ],
  cbor: [
    [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0xbb, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    [0x7a, 0xff, 0xff, 0xff, 0xff],
    [0x9f, 0x9f, 0x9f],
    [0x5f, 0x41, 0x00],
    [0xff],
    [0x1c],
    [0xc2, 0x58, 0xff],
    [0xd9, 0xd9, 0xf7, 0x01],
    [0xf8, 0x18],
    [0x62, 0xc3, 0x28],
  ],
  msgpack: [
    [0xdd, 0xff, 0xff, 0xff, 0xff],
    [0xdf, 0xff, 0xff, 0xff, 0xff],
    [0xc6, 0xff, 0xff, 0xff, 0xff],
    [0xdb, 0x7f, 0xff, 0xff, 0xff],
    [0xc1],
    [0xc9, 0xff, 0xff, 0xff, 0xff, 0x01],
    [0xd6, 0xff, 0, 0, 0, 0],
    [0xa2, 0xc3, 0x28],
    [0x8f, 0x01],
  ],
};

/** Replaces one value somewhere in a message. */
function misplace(r, fields, misfit) {
  const copy = [...fields];
  const at = r.below(copy.length);
  const there = copy[at];
  const isDict = typeof there === 'object' && there !== null && !Array.isArray(there) && !(there instanceof Uint8Array);
  if (isDict && r.chance(0.8)) {
    const pairs = there instanceof Pairs ? there.pairs : Object.entries(there);
    const names = [
      'match',
      'exclude',
      'eligible_authid',
      'timeout',
      'roles',
      'authmethods',
      'mode',
      '_credit',
      'rkey',
      'acknowledge',
    ];
    const key = pairs.length > 0 && r.chance(0.5) ? r.pick(pairs)[0] : r.pick(names);
    copy[at] = new Pairs([...pairs.filter(([name]) => name !== key || r.chance(0.2)), [key, misfit]]);
  } else if (Array.isArray(there) && there.length > 0 && r.chance(0.5)) copy[at] = misplace(r, there, misfit);
  else copy[at] = misfit;
  return copy;
}

function wellFormed(_, format, fields) {
  return encoders[format](fields);
}

/** Shapes of attack on one message; each takes well-formed fields and gives octets. */
const shapes = [
  function misfit(r, format, fields) {
    return encoders[format](misplace(r, fields, r.pick(misfits)(r)));
  },
  function stump(r, format, fields) {
    return encoders[format](misplace(r, fields, new Raw(Uint8Array.from(r.pick(stumps[format])))));
  },
  function truncated(r, format, fields) {
    const whole = encoders[format](fields);
    return whole.subarray(0, r.below(whole.byteLength));
  },
  function flipped(r, format, fields) {
    const whole = Buffer.from(encoders[format](fields));
    for (let i = 0; i <= r.below(4); i++) whole[r.below(whole.byteLength)] ^= 1 << r.below(8);
    return whole;
  },
  function spliced(r, format, fields) {
    const [one, two] = [encoders[format](fields), encoders[format](message(r))];
    return Buffer.concat([one.subarray(0, r.below(one.byteLength)), two.subarray(r.below(two.byteLength))]);
  },
  function trailing(r, format, fields) {
    return Buffer.concat([encoders[format](fields), Buffer.from([r.below(256), r.below(256)])]);
  },
  function wrongLength(r, format, fields) {
    return encoders[format](r.chance(0.5) ? fields.slice(0, r.below(fields.length)) : [...fields, ...fields]);
  },
  function wrongCode(r, format, fields) {
    return encoders[format]([r.pick([0, 2, 3, 5, 6, 17, 33, 36, 50, 65, 68, 69, 255, -1, 1e9]), ...fields.slice(1)]);
  },
  wellFormed,
  function noise(r) {
    return Buffer.from(Array.from({ length: r.below(200) }, () => r.below(256)));
  },
];

/**
 * One input for a session that has joined, or, as `first`, in place of its HELLO.
 * @returns {Uint8Array}
 */
export function hostile(r, format, first = false) {
  // Half of what is sent is well formed: it is the sequence that attacks then, and the session lives to see more.
  const shape = !first && r.chance(0.5) ? wellFormed : r.pick(shapes);
  return shape(r, format, first ? hello(r) : message(r));
}
