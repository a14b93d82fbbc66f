export type { TestamentOptions, TestamentScope } from './testaments.js';
export { Testaments } from './testaments.js';
