import { unreadable } from '../../assembly/properties';
import type { ServiceModule } from '../../service-module';
import { stepfunctionsTypes } from './resource-types';
import { readMachine, startStateMachines } from './state-machines';

/** State machines with functions as tasks: those of apps, and of assertions of integration tests. */
export const stepfunctions: ServiceModule = {
  types: stepfunctionsTypes,
  late: stepfunctionsTypes.map(({ type }) => type),
  invalid: (assembly) => unreadable(assembly, [['AWS::StepFunctions::StateMachine', readMachine]]),
  start: ({ assembly, endpoint, clock, use, report }) =>
    startStateMachines({ assembly, endpoint, functions: use('functions'), clock, report }),
};
