import { CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { CfnStage } from 'aws-cdk-lib/aws-apigateway';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct, IConstruct } from 'constructs';
import type { IObservable } from '../../src';
import { ingestPath } from '../buffered-ingest-path/fixtures';
import { secureFunction } from '../secure-function/fixtures';
import { templateOf, testApp } from '../synth';
import { tenantApi } from '../tenant-isolated-api/fixtures';
import { userPool } from '../tenant-user-pool/fixtures';

// Two metrics with the same dimensions are one metric: an alarm of one stage would count the errors of the other.

type Observed = IConstruct & IObservable & { readonly metrics: object };
function observed(scope: Construct): Observed[] {
  return [ingestPath(scope), tenantApi(scope), secureFunction(scope), userPool(scope)];
}

/** All metrics of a construct, by the names of their methods. */
function metricsOf({ metrics }: Observed): [string, IMetric][] {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(metrics)).filter((name) => name.startsWith('metric'));
  return names.map((name) => [name, (metrics as Record<string, () => IMetric>)[name]()]);
}

/** Namespace, name and dimensions of each series that a metric or an expression reads; what is known at deployment only is of its own stack. */
function seriesOf(stack: Stack, metric: IMetric): string[] {
  const { metricStat, mathExpression } = metric.toMetricConfig();
  if (mathExpression !== undefined) return Object.values(mathExpression.usingMetrics).flatMap((one) => seriesOf(stack, one));
  const { namespace, metricName, dimensions = [] } = metricStat ?? {};
  const values = dimensions.map(({ name, value }) => {
    const resolved = known(stack, stack.resolve(value));
    return `${name}=${typeof resolved === 'string' ? resolved : `stack ${identityOf(stack)} ${JSON.stringify(resolved)}`}`;
  });
  return [[namespace, metricName, ...values.sort()].join(' ')];
}

/** What a reference is to something that has a name in the template: the stage of an API has, in each environment the same. */
function known(stack: Stack, value: unknown): unknown {
  const { Ref } = value as { readonly Ref?: string };
  if (Ref === undefined) return value;
  const resource = stack.node.findAll().find((one) => CfnResource.isCfnResource(one) && stack.resolve(one.logicalId) === Ref);
  return resource instanceof CfnStage ? resource.stageName : value;
}

const identities: Stack[] = [];
function identityOf(stack: Stack): number {
  if (!identities.includes(stack)) identities.push(stack);
  return identities.indexOf(stack);
}

/** Two deployments of the same stacks that can be in one account and Region at the same time. */
const twins: [string, () => [Stack, Stack]][] = [
  [
    'stages of an app',
    () => {
      const app = testApp();
      return [new Stack(new Stage(app, 'Dev'), 'Platform'), new Stack(new Stage(app, 'Prod'), 'Platform')];
    },
  ],
  [
    'stacks of an app',
    () => {
      const app = testApp();
      return [new Stack(app, 'Dev'), new Stack(app, 'Prod')];
    },
  ],
  [
    'apps with stacks of other names',
    () => [new Stack(testApp(), 'Platform', { stackName: 'dev' }), new Stack(testApp(), 'Platform', { stackName: 'prod' })],
  ],
  [
    'nested stacks of two stacks',
    () => {
      const app = testApp();
      return [new NestedStack(new Stack(app, 'Dev'), 'Nested'), new NestedStack(new Stack(app, 'Prod'), 'Nested')];
    },
  ],
];

test.each(twins)('metrics and alarms of two %s never share data', (_, make) => {
  const stacks = make();
  const [ofDev, ofProd] = stacks.map((stack) =>
    observed(stack).flatMap((construct) =>
      [...metricsOf(construct).map(([, metric]) => metric), ...construct.recommendedAlarms.map(({ metric }) => metric)].flatMap((metric) =>
        seriesOf(stack, metric),
      ),
    ),
  );
  expect(ofDev.length).toBeGreaterThan(40);
  expect(ofDev.filter((series) => ofProd.includes(series))).toEqual([]);
  for (const stack of stacks) templateOf(stack);
});

test('the names of an API and of its web ACL are unique in each stage', () => {
  for (const [, make] of twins) {
    for (const [type, property] of [
      ['AWS::ApiGateway::RestApi', 'Name'],
      ['AWS::WAFv2::WebACL', 'Name'],
    ]) {
      const stacks = make();
      for (const stack of stacks) tenantApi(stack);
      const names = stacks.flatMap((stack) => {
        return Object.values(templateOf(stack).findResources(type)).map(({ Properties }) => Properties[property]);
      });
      expect(names).toHaveLength(2);
      expect(new Set(names).size).toBe(2);
    }
  }
});

test('two APIs in one stack have different names, and a given name is used', () => {
  const stack = new Stack(testApp(), 'Platform');
  tenantApi(stack, {}, 'One');
  tenantApi(stack, {}, 'Two');
  tenantApi(stack, { name: 'schools' }, 'Three');
  const names = Object.values(templateOf(stack).findResources('AWS::ApiGateway::RestApi')).map(({ Properties }) => Properties.Name);
  expect(names).toEqual([expect.stringMatching(/^Platform-One-/), expect.stringMatching(/^Platform-Two-/), 'schools']);
});
