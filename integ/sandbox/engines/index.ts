export { EngineError } from './command';
export { type EnginePaths, installEngines } from './install';
export { nodeRuntime } from './node-runtime';
export { startEngines } from './start';
