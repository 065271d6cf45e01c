import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { AppKey } from '../app-key';
import { checkKeyHere } from './base/key-checks';

/**
 * Returns the encryption key of a construct.
 *
 * @param given the construct's prop. Defaults to the app's key.
 * @throws when the key is an alias, is not symmetric, or is of another Region
 */
export function encryptionKeyOf(scope: IConstruct, given: IKey | undefined): IKey {
  const key = given ?? AppKey.of(scope);
  checkKeyHere(scope, given === undefined ? 'AppKey' : 'encryptionKey', key);
  return key;
}
