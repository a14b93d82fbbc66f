import { describe } from 'vitest';
import { json } from '../../src/serializer/json.js';
import { serializerContract } from './contract.js';

describe('json keeps the contract', () => serializerContract(json));
