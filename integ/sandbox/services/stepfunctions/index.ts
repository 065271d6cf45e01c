import { join } from 'node:path';
import { unreadable } from '../../assembly/properties';
import type { ServiceModule } from '../../service-module';
import { startStateMachines } from './api';
import { readMachine, STATE_MACHINE } from './machines';
import { executionMetrics } from './metrics';
import { stepfunctionsTypes } from './resource-types';
import { createRoleServices } from './role-services';

/** State machines of apps, and those of assertions of integration tests. */
export const stepfunctions: ServiceModule = {
  types: stepfunctionsTypes,
  late: stepfunctionsTypes.map(({ type }) => type),
  invalid: (assembly) => unreadable(assembly, [[STATE_MACHINE, readMachine]]),
  start({ assembly, endpoint, clock, hosts, use, offer, data, report }) {
    const own = { functions: use('functions'), connections: use('connections') };
    const services = createRoleServices({ assembly, endpoint, clock, hosts, report, ...own });
    const machines = startStateMachines({
      assembly,
      endpoint,
      clock,
      services: services.of,
      changed: executionMetrics(use('metrics')),
      folder: data && join(data, 'executions'),
      emit: use('events').emit,
      report,
    });
    offer('stateMachines', machines);
    return {
      async ready() {
        machines.proceed();
      },
      async close() {
        await machines.close();
        services.close();
      },
    };
  },
};
