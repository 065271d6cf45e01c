import { graphTypes } from '../../assembly/graph-types';
import type { ServiceModule } from '../../service-module';
import { type CustomResourceResult, runCustomResources } from './custom-resources';
import { cloudformationTypes } from './resource-types';
import { createStacks } from './stacks';

/** Custom resources, which run with their own providers before other services are ready. */
export const cloudformation: ServiceModule = {
  types: cloudformationTypes,
  runsCustomResources: true,
  late: [...cloudformationTypes, ...graphTypes].map(({ type }) => type),
  start({ assembly, clock, endpoint, use, offer, report, strict, customResources }) {
    const { service, ...stacks } = createStacks({ assembly, clock, functions: () => use('functions') });
    endpoint.register(service);
    offer('stacks', stacks);
    return {
      async ready() {
        const done = (result: CustomResourceResult) => report(lineOf(result));
        await runCustomResources({ assembly, functions: use('functions'), clock, select: customResources, keepGoing: !strict, done });
      },
    };
  },
};

function lineOf({ resource, status, reason, milliseconds }: CustomResourceResult): string {
  const outcome = status === 'SUCCESS' ? `has run in ${(milliseconds / 1_000).toFixed(1)} s` : `failed: ${brief(reason)}`;
  return `${resource.type} ${resource.logicalId} ${outcome}`;
}

/** The start of a message, on one line. */
function brief(message = ''): string {
  const line = message.replace(/\\n|\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
