import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { CipherName } from '../../src/encryption/ciphers.js';
import { open, seal } from '../../src/encryption/ciphers.js';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const names: CipherName[] = ['xsalsa20poly1305', 'aes256gcm'];

test('xsalsa20poly1305 opens a secretbox of NaCl', () => {
  const key = hex('1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389');
  const nonce = '69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37';
  const box =
    'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5';
  const plain =
    'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705';
  expect(Buffer.from(open('xsalsa20poly1305', key, hex(nonce + box))).toString('hex')).toBe(plain);
});

test("aes256gcm and Node's own open each other's boxes", () => {
  const key = new Uint8Array(randomBytes(32));
  const plain = new Uint8Array(randomBytes(100));
  const ours = seal('aes256gcm', key, plain);
  const decipher = createDecipheriv('aes-256-gcm', key, ours.subarray(0, 12));
  decipher.setAuthTag(ours.subarray(-16));
  expect(new Uint8Array(Buffer.concat([decipher.update(ours.subarray(12, -16)), decipher.final()]))).toEqual(plain);

  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const theirs = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  expect(open('aes256gcm', key, new Uint8Array(theirs))).toEqual(plain);
});

test.each(names)('%s: any changed octet, any cut and any other key is found out', (name) => {
  const key = new Uint8Array(randomBytes(32));
  const box = seal(name, key, new Uint8Array([1, 2, 3]));
  expect(open(name, key, box)).toEqual(new Uint8Array([1, 2, 3]));
  for (let i = 0; i < box.byteLength; i++) {
    const changed = box.map((byte, at) => (at === i ? byte ^ 1 : byte));
    expect(() => open(name, key, changed)).toThrow();
    expect(() => open(name, key, box.subarray(0, i))).toThrow();
  }
  expect(() => open(name, new Uint8Array(randomBytes(32)), box)).toThrow();
});

test.each(names)('%s never seals the same twice', (name) => {
  const key = new Uint8Array(randomBytes(32));
  const boxes = Array.from({ length: 1000 }, () => Buffer.from(seal(name, key, new Uint8Array(4))).toString('hex'));
  expect(new Set(boxes).size).toBe(1000);
});
