import type { Metrics } from '../contracts';

/** For services that are started without CloudWatch: what they put is lost. */
export const NO_METRICS: Metrics = {
  put: () => {},
  source: () => () => {},
  observe: () => () => {},
  values: () => [],
  list: () => [],
};
