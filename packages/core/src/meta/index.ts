export type { DefinedType, Definition, ReflectionOptions } from './reflection.js';
export { Reflection } from './reflection.js';
export type { TestamentOptions, TestamentScope } from './testaments.js';
export { Testaments } from './testaments.js';
