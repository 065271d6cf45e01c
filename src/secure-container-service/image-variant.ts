import type { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';

/** What differs between sources of an image. */
export interface ImageVariant {
  /** The image for tasks of an architecture. */
  image(scope: Construct, architecture: CpuArchitecture): ContainerImage;
}
