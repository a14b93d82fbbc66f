import { describe } from 'vitest';
import { jsonSlices } from '../../src/serializer/json-slices.js';
import { serializerContract } from './contract.js';

describe('jsonSlices keeps the contract', () => serializerContract(jsonSlices));
