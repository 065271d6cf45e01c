import type { ServiceModule } from '../../service-module';
import { xrayService } from './service';
import { createTraces } from './traces';

/** X-Ray: the segments that programs send, in memory. */
export const xray: ServiceModule = {
  types: [],
  start({ endpoint, offer }) {
    const traces = createTraces();
    endpoint.register(xrayService(traces));
    offer('traces', traces);
    return {};
  },
};
