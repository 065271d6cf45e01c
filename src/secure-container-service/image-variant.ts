import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import type { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';

/** An image by its name. */
export interface ImageReference {
  readonly identifier: string;
  /** Undefined for an image of a public registry. */
  readonly repository?: IRepository;
}

/** What differs between sources of an image. */
export interface ImageVariant {
  /** The image for tasks of an architecture. */
  image(scope: Construct, architecture: CpuArchitecture): ContainerImage;

  /**
   * The same by its name, for services that have no task definition.
   *
   * @throws when there is no single name at synthesis
   */
  reference(scope: Construct, architecture: CpuArchitecture): ImageReference;
}
