import { Condition } from 'aws-cdk-lib/aws-stepfunctions';

/** A JSONata condition: the expression has this text. */
export function is(expression: string, value: string): Condition {
  return Condition.jsonata(`{% ${expression} = '${value}' %}`);
}
