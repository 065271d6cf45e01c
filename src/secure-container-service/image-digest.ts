import { Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';

/** @throws when a reference names its image by a tag only, which others can move to other code */
export function requireDigest(owner: string, property: string, reference: string): void {
  if (!Token.isUnresolved(reference) && !/^[^@]+@sha256:[0-9a-f]{64}$/.test(reference)) {
    invalid(owner, property, reference, 'an image with its digest: registry.example/name@sha256:…');
  }
}
