import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { checkKey } from './private/base/key-checks';
import { allowLogs } from './private/base/key-policy';
import { outermostStack } from './private/base/outermost-stack';
import { ScopedValue } from './private/base/scoped-value';

const keys = new ScopedValue<IKey>('AppKey.set');
const madeKey = Symbol.for('cdk-andamio.AppKey.made');

/**
 * The customer-managed key that encrypts what an app keeps, unless a construct is given its own.
 *
 * Where none is set, the first construct that asks gets a key with yearly rotation in its outermost stack, as the child `AppKey`; it is
 * retained when the stack is deleted, because data that it encrypted may be retained too. An app of several stacks has one such key per stack:
 * set a key on the app to have one for all of them.
 */
export class AppKey {
  /**
   * Makes everything below a scope use this key.
   *
   * The policy of a key of this app gets the statement that CloudWatch Logs needs. The policy of an imported key can't be changed here: where log
   * groups are encrypted with it, a warning holds the statement to add. All other uses are allowed by the policies of the roles, as far as the key's
   * policy lets IAM policies of the account decide, which it does by default.
   *
   * @param scope a stack, a stage, an app or any construct
   * @param key a symmetric key, and not an alias
   * @throws when the key is an alias or not symmetric, or something below the scope has got a key already
   */
  public static set(scope: IConstruct, key: IKey): void {
    checkKey(scope, 'AppKey.set', key);
    keys.set(scope, key);
  }

  /**
   * The key of the nearest scope that has one, else the outermost stack's own. CloudWatch Logs may use it, where this app has its policy.
   *
   * @param scope the construct that keeps something; from then on no key can be set between it and the app
   */
  public static of(scope: IConstruct): IKey {
    // A nested stack can be deleted and made again with its parent in place, so it must not own the key of retained data.
    const key = keys.find(scope) ?? keyOf(outermostStack(scope));
    allowLogs(key);
    return key;
  }

  private constructor() {}
}

function keyOf(stack: Stack): IKey {
  const holder = stack as unknown as Record<symbol, IKey | undefined>;
  const made = holder[madeKey];
  if (made !== undefined) return made;
  const key = new Key(stack, 'AppKey', {
    description: `Encrypts what ${stack.node.path} keeps`,
    enableKeyRotation: true,
    rotationPeriod: Duration.days(365),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Object.defineProperty(stack, madeKey, { value: key });
  return key;
}
