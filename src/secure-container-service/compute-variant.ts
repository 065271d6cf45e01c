import type { Construct } from 'constructs';
import type { ServiceParts } from './service-parts';
import type { Settings } from './settings';

/** What differs between ways to run the tasks of a service. */
export interface ComputeVariant {
  create(scope: Construct, settings: Settings): ServiceParts;
}
