export { command, EngineError } from './command';
export { type Component, installed } from './component';
export { enginePython } from './engine-python';
export { type EnginePaths, enginesFolder, installEngines } from './install';
export { installLake, type LakeEngine, LakeError, lakeEngine } from './lake';
export { nodeRuntime } from './node-runtime';
export { findBubblewrap, findUv } from './pip-programs';
export { startEngines } from './start';
