import type { JsonObject } from '../contracts';

/** The URL that SQS expects: the endpoint reads account and name from it. */
export function queueUrl(arn: string): string {
  const [, , , region, account, name] = arn.split(':');
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/** Attributes of a message that are texts. */
export function textAttributes(attributes: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
}
