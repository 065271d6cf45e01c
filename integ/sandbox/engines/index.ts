export { command, EngineError } from './command';
export { type Component, installed } from './component';
export { enginePython } from './engine-python';
export { type EnginePaths, enginesFolder, installEngines } from './install';
export { nodeRuntime } from './node-runtime';
export { findBubblewrap, findUv } from './pip-programs';
export { sdkPackages } from './sdk-packages';
export { startEngines } from './start';
