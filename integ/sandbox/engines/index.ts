export { EngineError } from './command';
export { type ExpiredItem, sweepExpired } from './expiry';
export { type EnginePaths, installEngines } from './install';
export { knowledge } from './knowledge';
export { nodeRuntime } from './node-runtime';
export { problemsOf } from './problems';
export { provision } from './provision';
export { startEngines } from './start';
