import type { ServiceModule } from '../../service-module';
import { stsService } from './service';

/** AssumeRole with session tags, and GetCallerIdentity. */
export const sts: ServiceModule = {
  types: [],
  start({ assembly, policies, sessions, clock, endpoint }) {
    endpoint.register(stsService(assembly, policies, sessions, clock));
    return {};
  },
};
