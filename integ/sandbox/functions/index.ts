export { type CustomResourceResult, type CustomResourcesOptions, runCustomResources } from './custom-resources';
export { type FunctionsOptions, startFunctions } from './functions';
export { knowledge } from './knowledge';
export { createLogSink } from './logs';
export { problemsOf } from './problems';
