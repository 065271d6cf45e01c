import { Token } from 'aws-cdk-lib';
import type { CfnStage, Stage, ThrottleSettings } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';

/** Rejects a throttle that API Gateway would reject during the deployment, or that would block every request. */
export function checkThrottle(scope: IConstruct, httpMethod: string, { rateLimit, burstLimit }: ThrottleSettings): void {
  if (httpMethod === 'ANY')
    invalid(scope, 'throttle', 'ANY', 'a route of one method: API Gateway cannot throttle all methods of a path together');
  for (const [name, value] of Object.entries({ rateLimit, burstLimit })) {
    if (value === undefined || Token.isUnresolved(value)) continue;
    const right = name === 'rateLimit' ? value > 0 : Number.isInteger(value) && value > 0;
    if (!right) invalid(scope, `throttle.${name}`, value, `a ${name === 'rateLimit' ? '' : 'whole '}number above 0`);
  }
}

/**
 * Throttles one method of a stage. The setting repeats the stage's settings for all methods: it is documented that a method's setting
 * overrides the stage's, but not that it inherits what it does not set.
 */
export function throttleMethod(stage: Stage, httpMethod: string, path: string, { rateLimit, burstLimit }: ThrottleSettings): void {
  const resource = stage.node.defaultChild as CfnStage;
  const settings = (resource.methodSettings ?? []) as CfnStage.MethodSettingProperty[];
  const all = settings.find((setting) => setting.resourcePath === '/*' && setting.httpMethod === '*');
  const own: CfnStage.MethodSettingProperty = {
    ...all,
    httpMethod,
    // Documented: "Forward slashes (/) are encoded as ~1 and the initial slash must include a forward slash".
    resourcePath: path === '/' ? path : `/${path.replaceAll('/', '~1')}`,
    throttlingRateLimit: rateLimit ?? all?.throttlingRateLimit,
    throttlingBurstLimit: burstLimit ?? all?.throttlingBurstLimit,
  };
  resource.methodSettings = [...settings, own];
}
