import { describe } from 'vitest';
import { cbor } from '../../src/serializer/cbor.js';
import { serializerContract } from './contract.js';

describe('cbor keeps the contract', () => serializerContract(cbor));
