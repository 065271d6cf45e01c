import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The executions of a state machine, by its name: roles that the state machine depends on cannot refer to it. */
export function executionsArn(scope: IConstruct, stateMachineName: string): string {
  const resourceName = `${stateMachineName}:*`;
  return Stack.of(scope).formatArn({ service: 'states', resource: 'execution', resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}
