import { Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct, IConstruct } from 'constructs';
import { dataRemovalPolicy } from './private/base/data-removal-policy';
import { invalid } from './private/base/invalid';
import { checkKey } from './private/base/key-checks';
import { allowLogs } from './private/base/key-policy';
import { outermostStack } from './private/base/outermost-stack';
import { ScopedValue } from './private/base/scoped-value';

const keys = new ScopedValue<IKey>('AppKey.set');
const createdKey = Symbol.for('cdk-andamio.AppKey.made');

/** Options of a key that `AppKey.create` creates. */
export interface AppKeyOptions {
  /**
   * What happens to the key when its stack is deleted. DESTROY also needs `DataDestruction.allow` on a scope above, and makes all that is
   * still encrypted with the key unreadable.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * The default customer managed key of an app: it encrypts the data of all constructs that have no key of their own.
 *
 * If no key is set, the first construct that needs one creates it in its outermost stack, as the child `AppKey`, with yearly rotation.
 * The key is retained when the stack is deleted, because data that it encrypts may be retained, too. An app with several stacks has one
 * such key for each stack: `AppKey.create` creates one for all of them.
 */
export class AppKey {
  /**
   * Creates one key for all stacks of an app, or of a stage if the scope is in one. It is the child `AppKey` of the outermost stack of the
   * scope, the same resource that the first construct of that stack would create, and rotates yearly.
   *
   * Its policy lets CloudWatch Logs use it for log groups of its account and Region, and IAM policies of the account grant all other
   * uses. The stack is deployed before all others that use the key. Keys belong to a Region: create a stage for each.
   *
   * @param scope the stack that has the key, or a construct in it
   * @param options what happens to the key when its stack is deleted
   * @returns the key, to which statements for other services can be added, for example for topics that alarms notify
   * @throws when the scope is in no stack, when the app or stage has a key already, or when a construct of it already uses another one
   */
  public static create(scope: Construct, options: AppKeyOptions = {}): Key {
    if (!scope.node.scopes.some(Stack.isStack))
      invalid(scope, 'scope', scope, 'a stack or a construct in one, because the key is a resource');
    const stack = outermostStack(scope);
    const whole = Stage.of(stack) ?? stack.node.root;
    const key = keyOf(stack, whole, dataRemovalPolicy(stack, options.removalPolicy));
    keys.set(whole, key, 'AppKey.create');
    allowLogs(key);
    return key;
  }

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

function keyOf(stack: Stack, user: IConstruct = stack, removalPolicy = RemovalPolicy.RETAIN): Key {
  const holder = stack as unknown as Record<symbol, Key | undefined>;
  const created = holder[createdKey];
  if (created !== undefined) return created;
  const key = new Key(stack, 'AppKey', {
    description: `Encrypts the data of ${user.node.path || 'the app'}`,
    enableKeyRotation: true,
    rotationPeriod: Duration.days(365),
    removalPolicy,
  });
  Object.defineProperty(stack, createdKey, { value: key });
  return key;
}
