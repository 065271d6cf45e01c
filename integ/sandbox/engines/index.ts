export { findBubblewrap, findUv } from './bubblewrap';
export { command, EngineError } from './command';
export { type Component, installed } from './component';
export { enginePython } from './engine-python';
export { type EnginePaths, enginesFolder, installEngines } from './install';
export { nodeRuntime } from './node-runtime';
export { startEngines } from './start';
