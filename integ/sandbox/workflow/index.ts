export { knowledge } from './knowledge';
export { startWorkflows, type Workflows, type WorkflowsOptions } from './workflows';
