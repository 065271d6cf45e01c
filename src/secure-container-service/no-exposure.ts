import type { ExposureVariant } from './exposure-variant';

/** A worker: nothing can connect to it. */
export class NoExposure implements ExposureVariant {
  public readonly isReachable = false;
  public readonly isPublic = false;
  public readonly apiProblem = 'an exposure that an API can reach, such as Exposure.internal: this service has no load balancer';

  public check(): void {
    // Nothing can be wrong with it.
  }

  public admit(): undefined {
    return undefined;
  }
}
