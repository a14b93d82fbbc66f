import { describe } from 'vitest';
import { msgpack } from '../../src/serializer/msgpack.js';
import { serializerContract } from './contract.js';

describe('msgpack keeps the contract', () => serializerContract(msgpack));
