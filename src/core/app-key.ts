import { ArnFormat, Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { IConstruct } from 'constructs';
import { outermostStack } from './outermost-stack';
import { ScopedValue } from './scoped-value';

const keys = new ScopedValue<IKey>('AppKey.set');
const madeKey = Symbol.for('cdk-andamio.AppKey.made');

/**
 * The customer-managed key that encrypts what an app keeps, unless a construct is given its own.
 *
 * Where none is set, the first construct that asks gets a key with yearly rotation in its outermost stack, as the child `AppKey`; it is
 * kept when the stack is deleted, because what it encrypted may be kept too. An app of several stacks has one such key per stack:
 * set a key on the app to have one for all of them.
 */
export class AppKey {
  /**
   * Makes everything below a scope use this key.
   *
   * The key's policy is the caller's own: services that encrypt with it on their own behalf (CloudWatch Logs) must be allowed there.
   *
   * @param scope a stack, a stage, an app or any construct
   * @param key a key that the services of every construct below may use
   * @throws when something below the scope has got a key already
   */
  public static set(scope: IConstruct, key: IKey): void {
    keys.set(scope, key);
  }

  /**
   * The key of the nearest scope that has one, else the outermost stack's own.
   *
   * @param scope the construct that keeps something; from then on no key can be set between it and the app
   */
  public static of(scope: IConstruct): IKey {
    // A nested stack can be deleted and made again with its parent in place, so it must not own the key of what is kept.
    return keys.find(scope) ?? keyOf(outermostStack(scope));
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
  // CloudWatch Logs encrypts on its own behalf, so that no caller's permission covers it. Documented: "Encrypt log data in
  // CloudWatch Logs using AWS Key Management Service".
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LogGroupsOfThisAccountAndRegion',
      principals: [new ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': stack.formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    }),
  );
  Object.defineProperty(stack, madeKey, { value: key });
  return key;
}
