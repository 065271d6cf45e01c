import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ContainerImageSource, Exposure, type OpenTelemetry, SecureContainerService } from '../../../src';
import { type RunningStack, startStack } from '../fixtures/start-stack';

const AUTHORIZER = `exports.handler = async ({ methodArn }) => ({
  principalId: 'somebody',
  policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methodArn }] },
  context: { tenantId: 'harbour-school' },
});`;

/** A service with a collector behind an API of its own. */
export function startShop(
  name: string,
  openTelemetry: OpenTelemetry,
  environment: Record<string, string> = {},
  change: (service: SecureContainerService) => void = () => undefined,
): Promise<RunningStack> {
  return startStack(
    name,
    (stack) => {
      const service = new SecureContainerService(stack, 'Shop', {
        image: ContainerImageSource.directory(join(__dirname, '..', '..', 'containers', 'traced')),
        exposure: Exposure.internalPlaintext(),
        name: 'shop',
        container: { environment: { OTEL_METRIC_EXPORT_INTERVAL: '500', OTEL_BSP_SCHEDULE_DELAY: '200', ...environment } },
        scaling: { minTasks: 1 },
        telemetry: { openTelemetry },
      });
      const handler = new LambdaFunction(stack, 'Handler', {
        ...{ runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline(AUTHORIZER) },
      });
      const authorizer = new TokenAuthorizer(stack, 'Authorizer', { handler, resultsCacheTtl: Duration.seconds(0) });
      const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
      service.addRoute(api.root.addResource('sales').addResource('{article}'), 'GET', { authorizer });
      change(service);
    },
    2,
  );
}

/** What `read` returns once it is something. */
export async function until<T>(read: () => T | undefined | Promise<T | undefined>, seconds = 20): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`nothing after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
