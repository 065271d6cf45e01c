import type { ServiceModule } from '../../service-module';
import { stepfunctionsTypes } from './resource-types';
import { startWorkflows } from './workflows';

/** State machines, as far as assertions of integration tests need. */
export const stepfunctions: ServiceModule = {
  types: stepfunctionsTypes,
  late: stepfunctionsTypes.map(({ type }) => type),
  start: ({ assembly, endpoint, clock, use, report }) =>
    startWorkflows({ assembly, endpoint, functions: use('functions'), clock, say: report }),
};
