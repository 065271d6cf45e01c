export * from './dead-letters';
export * from './function-code';
export * from './function-concurrency';
export * from './secure-function';
export * from './secure-function-alarms';
export * from './secure-function-interface';
export * from './secure-function-metrics';
