import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { AppKey } from '../app-key';
import { checkKeyHere } from './base/key-checks';

/**
 * The key that a construct encrypts with.
 *
 * @param given its own prop
 * @returns that, else the app's
 * @throws when the key is an alias, is not symmetric, or is of another Region
 */
export function encryptionKeyOf(scope: IConstruct, given: IKey | undefined): IKey {
  const key = given ?? AppKey.of(scope);
  checkKeyHere(scope, given === undefined ? 'AppKey' : 'encryptionKey', key);
  return key;
}
