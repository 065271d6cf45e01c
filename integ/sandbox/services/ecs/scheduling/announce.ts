import type { Clock, Events, JsonObject } from '../../../contracts';
import type { Deployment } from './deployment';
import type { ServiceDefinition } from './service-definition';

/** A service whose events are put on the default bus. */
interface Announcing {
  readonly definition: ServiceDefinition;
  readonly clock: Clock;
  readonly emit: Events['emit'];
}

/** The event of a deployment whose state has changed. Documented: "Amazon ECS service deployment state change events". */
export function announceDeployment({ definition, emit }: Announcing, deployment: Deployment): void {
  const { id, state, reason, updatedAt } = deployment;
  emit({
    ...{ source: 'aws.ecs', detailType: 'ECS Deployment State Change', resources: [definition.arn] },
    detail: {
      ...{ eventType: state === 'FAILED' ? 'ERROR' : 'INFO', eventName: `SERVICE_DEPLOYMENT_${state}` },
      ...{ deploymentId: id, updatedAt: dateOf(updatedAt), reason },
    },
  });
}

/** Documented: "Amazon ECS service action events". */
export function announceSteadyState({ definition, emit, clock }: Announcing): void {
  const detail: JsonObject = {
    eventType: 'INFO',
    eventName: 'SERVICE_STEADY_STATE',
    clusterArn: definition.arn.replace(/:service\/([^/]{1,255})\/.*$/, ':cluster/$1'),
    createdAt: dateOf(clock.now()),
  };
  emit({ source: 'aws.ecs', detailType: 'ECS Service Action', resources: [definition.arn], detail });
}

function dateOf(time: number): string {
  return new Date(time).toISOString();
}
