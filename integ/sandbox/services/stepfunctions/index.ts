import type { ServiceModule } from '../../service-module';
import { stepfunctionsTypes } from './resource-types';
import { startStateMachines } from './state-machines';

/** State machines of Lambda tasks, which assertions of integration tests use. */
export const stepfunctions: ServiceModule = {
  types: stepfunctionsTypes,
  late: stepfunctionsTypes.map(({ type }) => type),
  start: ({ assembly, endpoint, clock, use, report }) =>
    startStateMachines({ assembly, endpoint, functions: use('functions'), clock, report }),
};
