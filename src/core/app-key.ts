import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { checkKey } from './private/base/key-checks';
import { allowLogs } from './private/base/key-policy';
import { outermostStack } from './private/base/outermost-stack';
import { ScopedValue } from './private/base/scoped-value';

const keys = new ScopedValue<IKey>('AppKey.set');
const createdKey = Symbol.for('cdk-andamio.AppKey.made');

/**
 * The default customer managed key of an app: it encrypts the data of all constructs that have no key of their own.
 *
 * If no key is set, the first construct that needs one creates it in its outermost stack, as the child `AppKey`, with yearly rotation.
 * The key is retained when the stack is deleted, because data that it encrypts may be retained, too. An app with several stacks has one
 * such key for each stack: set a key on the app to use one for all of them.
 */
export class AppKey {
  /**
   * Sets the key of everything below a scope.
   *
   * The policy of a key of this app gets the statement that CloudWatch Logs needs. The policy of an imported key cannot be changed here:
   * if log groups are encrypted with it, a warning contains the statement to add. All other uses are granted by IAM policies, which needs
   * a key policy that allows IAM policies of the account to grant access, as the default one does.
   *
   * @param scope a stack, a stage, an app or any construct
   * @param key a symmetric key, not an alias
   * @throws when the key is an alias or not symmetric, or when a construct below the scope already uses another key
   */
  public static set(scope: IConstruct, key: IKey): void {
    checkKey(scope, 'AppKey.set', key);
    keys.set(scope, key);
  }

  /**
   * Returns the key that is set on the nearest scope, or else the key of the outermost stack. If this app creates the key, its policy
   * allows CloudWatch Logs to use it.
   *
   * @param scope the construct that stores data. Afterwards, no key can be set on it or on a scope above.
   */
  public static of(scope: IConstruct): IKey {
    // A nested stack can be deleted and created again while its parent stays, so it must not own the key of retained data.
    const key = keys.find(scope) ?? keyOf(outermostStack(scope));
    allowLogs(key);
    return key;
  }

  private constructor() {}
}

function keyOf(stack: Stack): IKey {
  const holder = stack as unknown as Record<symbol, IKey | undefined>;
  const created = holder[createdKey];
  if (created !== undefined) return created;
  const key = new Key(stack, 'AppKey', {
    description: `Encrypts the data of ${stack.node.path}`,
    enableKeyRotation: true,
    rotationPeriod: Duration.days(365),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Object.defineProperty(stack, createdKey, { value: key });
  return key;
}
