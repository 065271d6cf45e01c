import { Certificate, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Construct } from 'constructs';
import { ContainerImageSource, Exposure, SecureContainerService, type SecureContainerServiceProps } from '../../src';

/** An image that needs no build. */
export const IMAGE = `public.ecr.aws/docker/library/node@sha256:${'0123456789abcdef'.repeat(4)}`;

/** A service as a README has it, with what a test wants to be different. */
export function containerService(
  scope: Construct,
  props: Partial<SecureContainerServiceProps> = {},
  id = 'Grades',
): SecureContainerService {
  return new SecureContainerService(scope, id, {
    image: ContainerImageSource.registry(IMAGE),
    exposure: Exposure.internalPlaintext(),
    ...props,
  });
}

export const CERTIFICATE_ARN = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';

/** An imported certificate, of which nothing is known but its ARN. */
export function certificate(scope: Construct, arn = CERTIFICATE_ARN, id = 'Certificate'): ICertificate {
  return Certificate.fromCertificateArn(scope, id, arn);
}
