import { settled } from '../../assembly/properties';
import type { ServiceModule } from '../../service-module';
import { ParameterStore, putFromTemplate } from './parameters';
import { parameterType } from './resource-types';
import { ssmService } from './service';

/** Parameter Store: parameters of the template and of callers, in memory. */
export const ssm: ServiceModule = {
  types: [parameterType],
  late: [parameterType.type],
  invalid(assembly) {
    const store = new ParameterStore(assembly, () => 0);
    return assembly
      .ofType(parameterType.type)
      .flatMap((resource) => settled(() => putFromTemplate(store, assembly, resource)).map((message) => ({ resource, message })));
  },
  start({ assembly, clock, endpoint, leaveOut }) {
    endpoint.register(ssmService(assembly, new ParameterStore(assembly, () => clock.now()), leaveOut));
    return {};
  },
};
