import { propertiesOf } from '../../../assembly/properties';
import type { Assembly, Resource } from '../../../contracts';
import { strings } from '../../../protocol/json';
import { nameOf } from '../resource-types';
import { TASK_DEFINITION } from '../task-definition';

export const SERVICE = 'AWS::ECS::Service';

/** A service, as validation and the scheduler work with it. */
export interface ServiceDefinition {
  readonly resource: Resource;
  readonly arn: string;
  readonly name: string;
  readonly cluster: string;
  readonly taskDefinitionArn: string;
  readonly desiredCount: number;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly publicIp: boolean;
  readonly targets: readonly ServiceTarget[];
  /** In milliseconds. */
  readonly gracePeriod: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly circuitBreaker?: CircuitBreaker;
  /** Undefined for rolling deployments. */
  readonly blueGreen?: BlueGreen;
  readonly problems: readonly string[];
}

/** A port of a container that a load balancer sends requests to. */
export interface ServiceTarget {
  readonly container: string;
  readonly port: number;
  readonly targetGroupArn: string;
  /** The second target group of blue/green deployments. */
  readonly alternateTargetGroupArn?: string;
}

/** How traffic goes from one version to the next all at once. */
export interface BlueGreen {
  /** The listener rule whose weights are changed. */
  readonly productionRule: string;
  /** In milliseconds. */
  readonly bakeTime: number;
}

export interface CircuitBreaker {
  readonly rollback: boolean;
  readonly resetOnHealthyTask: boolean;
  /** Failed tasks after which the deployment fails. */
  threshold(desiredCount: number): number;
}

export function readService(assembly: Assembly, resource: Resource): ServiceDefinition {
  const properties = propertiesOf(assembly, resource);
  const problems: string[] = [];
  const problem = (property: string, what: string) => void problems.push(properties.invalid(property, what).message);
  const only = (property: string, value: string | undefined, allowed: string, why: string) => {
    if (value !== undefined && value !== allowed) problem(property, `is ${value}: ${why}`);
  };
  const deployment = properties.object('DeploymentConfiguration');
  only('LaunchType', properties.text('LaunchType'), 'FARGATE', 'only FARGATE runs here, because there are no container instances');
  only(
    'SchedulingStrategy',
    properties.text('SchedulingStrategy'),
    'REPLICA',
    'only REPLICA runs here, because there are no container instances',
  );
  only('DeploymentController.Type', properties.object('DeploymentController')?.text('Type'), 'ECS', 'only ECS runs here');
  const strategy = deployment?.text('Strategy') ?? 'ROLLING';
  if (strategy !== 'ROLLING' && strategy !== 'BLUE_GREEN')
    problem('DeploymentConfiguration.Strategy', `is ${strategy}: only ROLLING and BLUE_GREEN run here`);
  for (const { raw } of properties.list('CapacityProviderStrategy')) {
    if (!/^FARGATE(_SPOT)?$/.test(String(raw('CapacityProvider'))))
      problem('CapacityProviderStrategy.CapacityProvider', `is ${raw('CapacityProvider')}: only FARGATE and FARGATE_SPOT run here`);
  }
  const network = properties.object('NetworkConfiguration')?.object('AwsvpcConfiguration');
  if (network === undefined || strings(network.raw('Subnets')).length === 0)
    problem('NetworkConfiguration.AwsvpcConfiguration.Subnets', 'is missing, and tasks in awsvpc need at least one subnet');
  const taskDefinitionArn = properties.required('TaskDefinition');
  const task = assembly.byArn(taskDefinitionArn);
  if (task?.type !== TASK_DEFINITION) {
    const why = assembly.whyLeftOut(taskDefinitionArn);
    problem('TaskDefinition', why ?? `is ${taskDefinitionArn}, which is no task definition of this assembly`);
  }
  const targets = properties.list('LoadBalancers').map((one) => ({
    ...{ container: one.required('ContainerName'), port: one.number('ContainerPort') ?? 0, targetGroupArn: one.required('TargetGroupArn') },
    alternateTargetGroupArn: one.object('AdvancedConfiguration')?.required('AlternateTargetGroupArn'),
  }));
  const rules = properties
    .list('LoadBalancers')
    .map((one) => one.object('AdvancedConfiguration')?.text('ProductionListenerRule'))
    .filter((rule) => rule !== undefined);
  if (strategy === 'BLUE_GREEN' && (targets.length !== 1 || rules.length !== 1))
    problem(
      'LoadBalancers',
      'must be one with an AdvancedConfiguration for BLUE_GREEN: its alternate target group and its production listener rule',
    );
  for (const rule of rules) {
    if (assembly.byArn(rule)?.type !== 'AWS::ElasticLoadBalancingV2::ListenerRule')
      problem('LoadBalancers.AdvancedConfiguration.ProductionListenerRule', `is ${rule}, which is no listener rule of this assembly`);
  }
  const percent = (name: string, usual: number) => deployment?.number(name) ?? usual;
  const [minimum, maximum] = [percent('MinimumHealthyPercent', 100), percent('MaximumPercent', 200)];
  // With both at 100 %, no task could be started or stopped.
  if (minimum > 100 || maximum < 100 || minimum === maximum) {
    problem(
      'DeploymentConfiguration',
      `has MinimumHealthyPercent ${minimum} and MaximumPercent ${maximum}: at most 100, at least 100, and not the same`,
    );
  }
  const arn = assembly.ref(resource);
  return {
    ...{ resource, arn, name: arn.split('/').at(-1) ?? '', cluster: nameOf(arn.split('/').at(-2)), taskDefinitionArn },
    ...{ desiredCount: properties.number('DesiredCount') ?? 1, targets, minimumHealthyPercent: minimum, maximumPercent: maximum },
    subnets: strings(network?.raw('Subnets')),
    securityGroups: strings(network?.raw('SecurityGroups')),
    publicIp: network?.text('AssignPublicIp') === 'ENABLED',
    // Documented: CreateService (Amazon ECS API Reference), healthCheckGracePeriodSeconds: 0 by default.
    gracePeriod: (properties.number('HealthCheckGracePeriodSeconds') ?? 0) * 1000,
    blueGreen:
      strategy === 'BLUE_GREEN'
        ? { productionRule: rules[0] ?? '', bakeTime: (deployment?.number('BakeTimeInMinutes') ?? 0) * 60_000 }
        : undefined,
    circuitBreaker: breakerOf(deployment?.object('DeploymentCircuitBreaker')),
    problems,
  };
}

/**
 * Documented: "How the Amazon ECS deployment circuit breaker detects failures": half of the desired count, at least 3 and at most 200.
 */
function breakerOf(breaker: ReturnType<ReturnType<typeof propertiesOf>['object']>): CircuitBreaker | undefined {
  if (breaker === undefined || !breaker.flag('Enable')) return undefined;
  const own = breaker.object('ThresholdConfiguration');
  const value = own?.number('Value') ?? 50;
  const threshold = (desiredCount: number) => {
    if (own?.text('Type') === 'COUNT') return value;
    const share = Math.ceil((desiredCount * value) / 100);
    return own?.text('Type') === 'UNBOUNDED_PERCENT' ? Math.max(1, share) : Math.min(200, Math.max(3, share));
  };
  return { rollback: breaker.flag('Rollback'), resetOnHealthyTask: breaker.text('ResetOnHealthyTask') !== 'false', threshold };
}
