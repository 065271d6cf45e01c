import type { ExposureVariant } from './exposure-variant';

/** The public endpoint of App Runner. */
export class EndpointExposure implements ExposureVariant {
  public readonly isReachable = false;
  public readonly isPublic = true;
  public readonly isAppRunnerEndpoint = true;

  public check(): void {
    // App Runner chooses name and certificate.
  }

  public admit(): undefined {
    return undefined;
  }
}
