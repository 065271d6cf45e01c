import type { Construct } from 'constructs';
import { ContainerImageSource, Exposure, SecureContainerService, type SecureContainerServiceProps } from '../../src';

/** An image that needs no build. */
export const IMAGE = `public.ecr.aws/docker/library/node@sha256:${'0123456789abcdef'.repeat(4)}`;

/** A service as a README has it, with what a test wants to be different. */
export function containerService(scope: Construct, props: Partial<SecureContainerServiceProps> = {}, id = 'Grades'): SecureContainerService {
  return new SecureContainerService(scope, id, {
    image: ContainerImageSource.registry(IMAGE),
    exposure: Exposure.internalPlaintext(),
    ...props,
  });
}
