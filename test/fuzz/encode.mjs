// Encoders that write what a careful one refuses: keys twice, lengths that lie, text that is no text, heads of every width.

/** A dictionary as a list of pairs, so that a key may stand in it twice, and be `__proto__`. */
export class Pairs {
  /** @param {ReadonlyArray<readonly [unknown, unknown]>} pairs */
  constructor(pairs) {
    this.pairs = pairs;
  }
}

/** Octets that go into the output as they are. */
export class Raw {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }
}

/** So many lists around a value, without a stack as deep. */
export class Nested {
  constructor(depth, kind) {
    this.depth = depth;
    this.kind = kind;
  }
}

const entries = (value) => (value instanceof Pairs ? value.pairs : Object.entries(value));

function json(value) {
  if (value instanceof Raw) return value.bytes;
  if (value instanceof Nested) {
    const [open, close] = value.kind === 'dict' ? ['{"a":', '}'] : ['[', ']'];
    return Buffer.from(`${open.repeat(value.depth)}1${close.repeat(value.depth)}`);
  }
  if (value instanceof Uint8Array) return Buffer.from(JSON.stringify(`\0${Buffer.from(value).toString('base64')}`));
  if (Array.isArray(value)) return joined('[', value.map(json), ']');
  if (typeof value === 'object' && value !== null) {
    const pairs = entries(value).map(([key, each]) => Buffer.concat([json(key), Buffer.from(':'), json(each)]));
    return joined('{', pairs, '}');
  }
  if (typeof value === 'bigint') return Buffer.from(String(value));
  return Buffer.from(typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'undefined'));
}

function joined(open, parts, close) {
  const between = Buffer.from(',');
  return Buffer.concat([
    Buffer.from(open),
    ...parts.flatMap((part, i) => (i === 0 ? [part] : [between, part])),
    Buffer.from(close),
  ]);
}

/** What CBOR and MessagePack have in common, over the heads of each. */
function binary(heads) {
  return function encode(value) {
    if (value instanceof Raw) return value.bytes;
    if (value instanceof Nested) {
      const level = value.kind === 'dict' ? Buffer.concat([heads.dict(1), encode('a')]) : heads.list(1);
      return Buffer.concat([...Array.from({ length: value.depth }, () => level), encode(1)]);
    }
    if (value instanceof Uint8Array) return Buffer.concat([heads.bytes(value.byteLength), value]);
    if (typeof value === 'string') {
      const text = Buffer.from(value);
      return Buffer.concat([heads.text(text.byteLength), text]);
    }
    if (Array.isArray(value)) return Buffer.concat([heads.list(value.length), ...value.map(encode)]);
    if (typeof value === 'object' && value !== null) {
      const pairs = entries(value);
      return Buffer.concat([heads.dict(pairs.length), ...pairs.flatMap(([key, each]) => [encode(key), encode(each)])]);
    }
    if (typeof value === 'boolean') return heads.bool(value);
    if (typeof value === 'bigint') return heads.big(value);
    if (typeof value === 'number') return Number.isSafeInteger(value) ? heads.int(value) : heads.float(value);
    return heads.nil();
  };
}

function float64(head, value) {
  const bytes = Buffer.alloc(9);
  bytes[0] = head;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function int64(head, value) {
  const bytes = Buffer.alloc(9);
  bytes[0] = head;
  if (value < 0n) bytes.writeBigInt64BE(BigInt.asIntN(64, value), 1);
  else bytes.writeBigUInt64BE(BigInt.asUintN(64, value), 1);
  return bytes;
}

/** A CBOR head: the shortest that holds the argument. */
function cborHead(major, argument) {
  const top = major << 5;
  if (argument < 24) return Buffer.of(top | argument);
  if (argument < 2 ** 8) return Buffer.of(top | 24, argument);
  if (argument < 2 ** 16) return Buffer.of(top | 25, argument >> 8, argument & 255);
  if (argument < 2 ** 32) {
    const bytes = Buffer.alloc(5);
    bytes[0] = top | 26;
    bytes.writeUInt32BE(argument, 1);
    return bytes;
  }
  return int64(top | 27, BigInt(argument));
}

const cborHeads = {
  int: (value) => (value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)),
  big: (value) => int64(value < 0n ? 0x3b : 0x1b, value < 0n ? -1n - value : value),
  float: (value) => float64(0xfb, value),
  bool: (value) => Buffer.of(value ? 0xf5 : 0xf4),
  nil: () => Buffer.of(0xf6),
  bytes: (length) => cborHead(2, length),
  text: (length) => cborHead(3, length),
  list: (length) => cborHead(4, length),
  dict: (length) => cborHead(5, length),
};

function msgpackHead(fix, fixLimit, head16, length) {
  if (length < fixLimit) return Buffer.of(fix | length);
  if (length < 2 ** 16) return Buffer.of(head16, length >> 8, length & 255);
  const bytes = Buffer.alloc(5);
  bytes[0] = head16 + 1;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

const msgpackHeads = {
  int: (value) => (value >= 0 && value < 128 ? Buffer.of(value) : int64(value < 0 ? 0xd3 : 0xcf, BigInt(value))),
  big: (value) => int64(value < 0n ? 0xd3 : 0xcf, value),
  float: (value) => float64(0xcb, value),
  bool: (value) => Buffer.of(value ? 0xc3 : 0xc2),
  nil: () => Buffer.of(0xc0),
  bytes: (length) => (length < 256 ? Buffer.of(0xc4, length) : msgpackHead(0, 0, 0xc5, length)),
  text: (length) => msgpackHead(0xa0, 32, 0xda, length),
  list: (length) => msgpackHead(0x90, 16, 0xdc, length),
  dict: (length) => msgpackHead(0x80, 16, 0xde, length),
};

/** Values, `Pairs`, `Raw` and `Nested` included, as octets of a format. */
export const encoders = { json, cbor: binary(cborHeads), msgpack: binary(msgpackHeads) };
