import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Errors, JitterType, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { StepName } from '../lambda/steps';
import { FUNCTION_TIMEOUT_SECONDS } from '../limits';
import { PERMANENT } from '../permanent-error';

/** The input of a state, which most states pass on as it is. */
export const UNCHANGED = '{% $states.input %}';

/** What a step of the function gets and keeps. */
export interface StepTaskProps {
  readonly step: StepName;
  /** The event besides step and time: values and expressions. */
  readonly event: Record<string, unknown>;
  /** Variables with the result. */
  readonly assign?: Record<string, unknown>;
}

/** Creates a task that runs one step of the function. A step can be run again: it finds what it has done before. */
export function stepTask(scope: Construct, id: string, handler: IFunction, { step, event, assign }: StepTaskProps): LambdaInvoke {
  const task = LambdaInvoke.jsonata(scope, id, {
    lambdaFunction: handler,
    payload: TaskInput.fromObject({ step, at: '{% $states.context.State.EnteredTime %}', ...event }),
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.seconds(FUNCTION_TIMEOUT_SECONDS + 10)),
    ...(assign === undefined ? {} : { assign }),
    outputs: UNCHANGED,
  });
  task.addRetry({ errors: [PERMANENT], maxAttempts: 0 });
  task.addRetry({
    errors: [Errors.ALL],
    interval: Duration.seconds(2),
    backoffRate: 2,
    maxDelay: Duration.seconds(60),
    maxAttempts: 6,
    jitterStrategy: JitterType.FULL,
  });
  return task;
}
