import type { Stack } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LogRetention } from '../../../src';
import { templateOf, testStack } from '../../synth';

/** What the defaults of one interface come to. */
export interface Case<Options = object> {
  /** Creates something with these options, and with nothing else that is optional. */
  readonly create: (scope: Stack, options: Partial<Options>) => unknown;
  /** For each default that its tag describes in words: what is created without the prop. */
  readonly described?: Readonly<Record<string, (stack: Stack, created: never) => void>>;
}

export const all = (stack: Stack, type: string): Record<string, unknown>[] =>
  Object.values(templateOf(stack).findResources(type)).map(({ Properties }) => Properties ?? {});
/** Resources of a type exist, and none has the property. */
export const lacks = (type: string, property: string) => (stack: Stack) => {
  expect(all(stack, type)).not.toEqual([]);
  for (const properties of all(stack, type)) expect(properties).not.toHaveProperty(property);
};
export const has = (type: string, properties: object) => (stack: Stack) => templateOf(stack).hasResourceProperties(type, properties);
export const none = (type: string) => (stack: Stack) => expect(all(stack, type)).toEqual([]);
export const variables = (stack: Stack): Record<string, string> => {
  const [environment] = all(stack, 'AWS::Lambda::Function').flatMap(({ Environment }) => Environment ?? []);
  return (environment as { readonly Variables: Record<string, string> }).Variables;
};
export const noVariable = (name: string) => (stack: Stack) => {
  expect(variables(stack)).toHaveProperty('TABLE_NAME');
  expect(variables(stack)).not.toHaveProperty(name);
};

/** A setting of a scope applies to all log groups of what is created below it. */
export function keptAsScopeSays(create: (stack: Stack) => unknown): void {
  const stack = testStack();
  LogRetention.set(stack, RetentionDays.FIVE_DAYS);
  create(stack);
  for (const { RetentionInDays } of all(stack, 'AWS::Logs::LogGroup')) expect(RetentionInDays).toBe(5);
}
export const noKeyUse = (stack: Stack) => {
  expect(all(stack, 'AWS::IAM::Policy')).toHaveLength(1);
  expect(JSON.stringify(all(stack, 'AWS::IAM::Policy'))).not.toContain('kms:');
};

export const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:name';
export const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`;

/** Types the options of a case, whose table holds them all. */
export function define<Options>(theCase: Case<Options>): Case {
  return theCase as Case;
}
