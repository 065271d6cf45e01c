import type { ExposureVariant } from './exposure-variant';
import type { ServiceDomain } from './service-domain';
export class CloudFrontExposure implements ExposureVariant {
  public readonly isReachable = true;
  public readonly isPublic = false;
  constructor(public readonly domain?: ServiceDomain) {}
  public check(): void {}
  public admit(): undefined {}
}
