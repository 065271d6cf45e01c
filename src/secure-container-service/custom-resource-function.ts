import type { Construct } from 'constructs';
import { createHandler, type Handler, type HandlerProps } from '../core/private/handler';
import type { ServiceLogs } from './service-logs';

/** What differs between functions of custom resources. */
export interface CustomResourceFunctionProps<Settings extends object>
  extends Pick<HandlerProps<Settings>, 'asset' | 'description' | 'timeout' | 'settings' | 'variables'> {
  readonly logs: ServiceLogs;
  /** The end of the name of its log group: `<name>-migration`. */
  readonly suffix: string;
}

/** Creates a function that CloudFormation calls during deployments. */
export function createCustomResourceFunction<Settings extends object>(
  scope: Construct,
  id: string,
  { logs: { name, ...logged }, suffix, ...props }: CustomResourceFunctionProps<Settings>,
): Handler {
  return createHandler<Settings>(scope, id, {
    ...props,
    ...logged,
    memorySize: 256,
    name: name === undefined ? undefined : `${name}-${suffix}`,
    concurrency: { unreserved: 'CloudFormation calls it once in a deployment.' },
    noDeadLetters: 'CloudFormation waits for its answer and fails the deployment without one.',
  });
}
